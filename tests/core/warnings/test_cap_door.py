"""Does XML of strangers come in only as plain elements: no document type, no entity, no network, no bomb?"""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.warnings.model.cap_read import examined
from mudan.core.warnings.model.feeds import unwrapped
from mudan.core.warnings.model.geometry import crosses_itself, polygon_of
from mudan.primitives.errors import DecodeError
from mudan.primitives.xml_door import MOST_BYTES, opened

ALERT = '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{}</identifier></alert>'
BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + ALERT.format("&b;")
FILE = '<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + ALERT.format("&x;")


@pytest.mark.parametrize(
    "text", [BOMB, FILE, "<!DOCTYPE alert>" + ALERT.format("i"), "<!doctype x SYSTEM 'http://x'><x/>"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_every_encoding(text: str, encoding: str) -> None:
    with pytest.raises(DecodeError) as caught:
        opened(text.encode(encoding))
    assert caught.value.clause == "DTD_REFUSED"


@pytest.mark.parametrize(
    ("raw", "clause"),
    [
        (b"<a>" * 40 + b"</a>" * 40, "TOO_LARGE"),
        (b"<a>" + b"<b/>" * 30_000 + b"</a>", "TOO_LARGE"),
        (b"<a>" + b" " * MOST_BYTES + b"</a>", "TOO_LARGE"),
        (ALERT.format("i").encode("utf-32"), "XML_SYNTAX"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "XML_SYNTAX"),
        ("<a/>".encode("cp037"), "XML_SYNTAX"),
        (b"<a", "XML_SYNTAX"),
        (b"", "XML_SYNTAX"),
        (b"<a>&undefined;</a>", "XML_SYNTAX"),
    ],
)
def test_what_cannot_be_borne_is_refused(raw: bytes, clause: str) -> None:
    with pytest.raises(DecodeError) as caught:
        opened(raw)
    assert caught.value.clause == clause


def test_chinese_encodings_are_taken() -> None:
    text = '<?xml version="1.0" encoding="GB18030"?>' + ALERT.format("垫江")
    found = examined(text.encode("gb18030"))
    assert found.alert is not None
    assert found.alert.identifier == "垫江"


def test_nothing_outside_is_included() -> None:
    raw = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/hostname" parse="text"/></a>'
    assert [text for text in opened(raw).itertext() if text] == []


@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda text: f"<alert>{text}</alert>".encode())
    )
)
def test_any_bytes_are_judged_and_never_raise(raw: bytes) -> None:
    assert examined(raw).alert is None or examined(raw).findings is not None
    try:
        unwrapped(raw)
    except DecodeError as error:
        assert error.clause  # noqa: PT017 - most bytes are refused, each with its code


@pytest.mark.parametrize(
    "inner", ["<x/>" * 15_000, "<code>a</code>" * 15_000, "<info>" + "<area/>" * 15_000 + "</info>"]
)
def test_a_message_made_to_keep_us_busy_is_judged_with_bounded_work(inner: str) -> None:
    begun_s = time.process_time()
    examined(f'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">{inner}</alert>'.encode())
    assert time.process_time() - begun_s < 6.0


def test_rings_made_to_keep_us_busy_are_let_pass_unchecked() -> None:
    points = [
        f"{30 + (n % 2) * 0.5 + n * 1e-4:.5f},{107 + (n % 3) * 0.2 + n * 1e-7:.5f}" for n in range(3_000)
    ]
    begun_s = time.process_time()
    assert not crosses_itself(polygon_of(" ".join([*points, points[0]])))
    assert time.process_time() - begun_s < 1.0
