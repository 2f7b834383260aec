"""Do our messages hold to the schemas of EDXL-RM 1.0, and is what breaks them refused?"""

import os
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mudan.core.supplies.model.edxl import LARGEST, MSG, RM, Message, read, written
from mudan.core.supplies.model.orders import MESSAGES
from mudan.primitives.errors import DecodeError
from tests.database import START

CAPTURES = Path(os.environ.get("MUDAN_CAPTURES", Path(__file__).parents[4] / "shared" / "frames"))
SCHEMAS = CAPTURES / "edxl" / "schema" / "EDXLSharp.EDXLRMLib"


class _Folder(etree.Resolver):
    """The schemas name each other without regard to case."""

    def resolve(self, url: str, _public: str, context: Any) -> Any:  # type: ignore[override]  # the stub lacks the context
        wanted = Path(url).name.lower()
        found = next((file for file in SCHEMAS.iterdir() if file.name.lower() == wanted), None)
        return self.resolve_filename(str(found), context) if found else None  # type: ignore[attr-defined]  # not in the stub


@cache
def schema(kind: str) -> etree.XMLSchema:
    """The published schema of one message."""
    file = SCHEMAS / f"EDXL-RM{kind}.xsd"
    if not file.exists():
        pytest.fail(f"no {file.name} in {SCHEMAS}: set MUDAN_CAPTURES to the folder of captures")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Folder())
    return etree.XMLSchema(etree.parse(file, parser))


WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
MAYBE = st.one_of(st.just(""), WORDS)
TIMES = st.integers(0, 10**9).map(lambda seconds: START + timedelta(seconds=seconds))


OPENING = ("request", "recall", "offer", "withdraw")


@st.composite
def messages(draw: st.DrawFn) -> Message:
    """Any message that one of our verbs makes."""
    verb = draw(st.sampled_from(sorted(MESSAGES)))
    kind, response = MESSAGES[verb]
    reason = draw(WORDS) if response == "Provisional" else draw(MAYBE) if response else ""
    priced = verb == "quote"
    amounts = st.floats(0, 1e9)
    must = kind == "RequisitionResource" or kind.endswith("Quote")
    quantity = None if verb == "refuse_quote" else draw(amounts if must else st.one_of(st.none(), amounts))
    with_status = kind in ("ResponseToRequestReturn", "ReportResourceDeploymentStatus", "ReleaseResource")
    longer = "Extended" in kind
    carries_time = not longer and kind not in (
        "RequestReturn", "ResponseToRequestReturn", "ReleaseResource", "RequestResourceDeploymentStatus",
        "RequestInformation", "ResponseToRequestInformation", "RequestQuote", "ResponseToRequestQuote",
    )  # fmt: skip
    return Message(
        kind=kind, id=draw(WORDS), sent_at=draw(TIMES), originating=draw(WORDS), sender=draw(WORDS),
        element=draw(WORDS), name=draw(WORDS), preceding="" if verb in OPENING else draw(WORDS),
        incident=draw(MAYBE), response=response,
        description=draw(WORDS if kind == "RequestInformation" else MAYBE), reason=reason, quantity=quantity,
        unit=draw(WORDS) if quantity is not None else "", status=draw(WORDS) if with_status else "",
        arrival_at=draw(st.one_of(st.none(), TIMES)) if carries_time else None,
        return_by=draw(st.one_of(st.none(), TIMES)) if longer else None,
        recalls=draw(WORDS) if verb in ("recall", "withdraw") else "", exercise=draw(st.booleans()),
        price=draw(amounts) if priced else None, currency="CNY" if priced else "",
    )  # fmt: skip


@given(message=messages())
def test_every_message_of_ours_is_valid_and_reads_back_as_it_was(message: Message) -> None:
    xml = written(message)
    checked = schema(message.kind)
    assert checked.validate(etree.fromstring(xml)), checked.error_log
    assert read(xml) == message


def _plain(kind: str = "ResponseToRequestResource", response: str = "Accept") -> Message:
    return Message(
        kind=kind, id="m-2", sent_at=START, originating="m-1", sender="邻县", element="e-1", name="帐篷",
        preceding="m-1", response=response, quantity=40.0, unit="顶",
    )  # fmt: skip


_BREAKS: dict[str, tuple[str, str]] = {
    "an identifier is missing": ("<rmsg:MessageID>m-2</rmsg:MessageID>", ""),
    "the chain has no beginning": ("<rmsg:OriginatingMessageID>m-1</rmsg:OriginatingMessageID>", ""),
    "an answer to nothing": ("<rmsg:PrecedingMessageID>m-1</rmsg:PrecedingMessageID>", ""),
    "an answer that is none": (">Accept</rm:ResponseType>", ">Perhaps</rm:ResponseType>"),
    "another kind than its name": (">ResponseToRequestResource<", ">ResponseToRequestQuote<"),
    "no time": (START.isoformat(timespec="seconds"), "today"),
    "no number": ("<rm:Amount>40.0</rm:Amount>", "<rm:Amount>many</rm:Amount>"),
    "an element twice": ("<rmsg:MessageID>m-2</rmsg:MessageID>", "<rmsg:MessageID>m-2</rmsg:MessageID>" * 2),
    "an element unknown": ("<rmsg:MessageID>", "<rmsg:Surprise/><rmsg:MessageID>"),
    "a foreign root": (f'xmlns:rmsg="{MSG}"', 'xmlns:rmsg="urn:x"'),
}  # fmt: skip


@pytest.mark.parametrize("case", _BREAKS)
def test_what_the_schema_refuses_is_refused(case: str) -> None:
    old, new = _BREAKS[case]
    text = written(_plain()).decode()
    assert old in text
    broken = text.replace(old, new).encode()
    with pytest.raises(DecodeError):
        read(broken)
    assert not schema("ResponseToRequestResource").validate(etree.fromstring(broken))


def test_a_question_needs_words_and_need_not_be_about_a_resource() -> None:
    question = Message(
        kind="RequestInformation", id="m-2", sent_at=START, originating="m-1", sender="邻县", element="e-1",
        name="帐篷", preceding="m-1", description="几人用的？",
    )  # fmt: skip
    xml = written(question).decode()
    assert read(xml.encode()).said == "几人用的？"
    bare = (xml[: xml.index("<rmsg:ResourceInformation>")] + "</rmsg:RequestInformation>").encode()
    assert schema("RequestInformation").validate(etree.fromstring(bare))
    assert (read(bare).said, read(bare).element) == ("几人用的？", "")
    with pytest.raises(DecodeError, match="MessageDescription"):
        read(xml.replace("几人用的？", "").encode())


def test_a_provisional_answer_needs_a_reason_which_only_the_standards_words_say() -> None:
    with pytest.raises(DecodeError, match="reason"):
        read(written(_plain(response="Provisional")))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"not xml", b"<a/>", b"\x00", b"<" * 2000,
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16"),
        b"<a>" + b" " * LARGEST + b"</a>",
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_without_being_followed(data: bytes) -> None:
    with pytest.raises(DecodeError):
        read(data)


@given(data=st.data())
def test_spoilt_bytes_raise_the_one_error(data: st.DataObject) -> None:
    xml = bytearray(written(_plain()))
    for _ in range(data.draw(st.integers(1, 6))):
        xml[data.draw(st.integers(0, len(xml) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(xml))
    except DecodeError:
        return


def test_the_shared_types_lie_in_their_own_namespace() -> None:
    root = etree.fromstring(written(_plain()))
    contact = root.find(f"{{{MSG}}}ContactInformation/{{{RM}}}ContactRole")
    assert contact is not None
    assert contact.text == "Sender"
