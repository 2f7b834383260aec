"""Is each fault of a CAP message named with its code and place, and is a good one let pass?"""

import pytest

from mudan.core.warnings.model.cap import Severity
from mudan.core.warnings.model.cap_read import examined, read
from mudan.core.warnings.model.findings import WORDS
from mudan.primitives.errors import DecodeError

NS = "urn:oasis:names:tc:emergency:cap:1.2"
HEAD = (
    "<identifier>i</identifier><sender>s</sender><sent>2026-11-23T08:00:00+08:00</sent><status>Actual</status>"
    "<msgType>Alert</msgType><scope>Public</scope>"
)
INFO = (
    "<category>Met</category><event>e</event><urgency>Unknown</urgency><severity>Minor</severity>"
    "<certainty>Unknown</certainty>"
)
AREA = "<area><areaDesc>a</areaDesc>{}</area>"
RESOURCE = "<resource><resourceDesc>r</resourceDesc><mimeType>image/png</mimeType>{}</resource>"
REFERENCES = "<references>s,old,2026-11-23T07:00:00+08:00</references>"


def document(head: str = HEAD, info: str | None = INFO, namespace: str = NS) -> bytes:
    """One message of a head and at most one info."""
    inner = "" if info is None else f"<info>{info}</info>"
    return f'<alert xmlns="{namespace}">{head}{inner}</alert>'.encode()


def within(area: str) -> str:
    """An info with one area."""
    return INFO + AREA.format(area)


def with_resource(resource: str) -> str:
    """An info with one resource."""
    return INFO + RESOURCE.format(resource)


FAULTS = [
    (document(HEAD.replace(">i<", ">a b<")), "INVALID_IDENTIFIER", "/alert[1]/identifier[1]"),
    (document(HEAD.replace(">i<", "><")), "INVALID_IDENTIFIER", "/alert[1]/identifier[1]"),
    (document(HEAD.replace(">s<", ">a,b<")), "INVALID_IDENTIFIER", "/alert[1]/sender[1]"),
    (document(HEAD.replace("+08:00", "Z")), "INVALID_DATE", "/alert[1]/sent[1]"),
    (document(HEAD.replace("00:00+", "00:00.5+")), "INVALID_DATE", "/alert[1]/sent[1]"),
    (document(HEAD.replace("+08:00", ",08:00")), "INVALID_DATE", "/alert[1]/sent[1]"),
    (document(HEAD.replace("11-23", "02-30")), "INVALID_DATE", "/alert[1]/sent[1]"),
    (document(HEAD.replace("Actual", "actual")), "INVALID_ENUM_VALUE", "/alert[1]/status[1]"),
    (document(HEAD + "<scope>Public</scope>"), "DUPLICATE_ELEMENT", "/alert[1]/scope[2]"),
    (document(HEAD + "<note>n</note><code>c</code>"), "INVALID_SEQUENCE", "/alert[1]/code[1]"),
    (document(HEAD.replace("Public", "Restricted")), "RESTRICTION_SCOPE_MISMATCH", "/alert[1]/scope[1]"),
    (
        document(HEAD + "<restriction>r</restriction>"),
        "RESTRICTION_SCOPE_MISMATCH",
        "/alert[1]/restriction[1]",
    ),
    (document(HEAD.replace("Public", "Private")), "MISSING_REQUIRED_ELEMENT", "/alert[1]"),
    (document(HEAD.replace(">Alert<", ">Update<")), "MISSING_REQUIRED_ELEMENT", "/alert[1]"),
    (
        document(HEAD.replace(">Alert<", ">Cancel<") + "<references/>"),
        "INVALID_REFERENCES",
        "/alert[1]/references[1]",
    ),
    (document(HEAD + "<references>s,old</references>"), "INVALID_REFERENCES", "/alert[1]/references[1]"),
    (document(HEAD + REFERENCES.replace("old", "i")), "CIRCULAR_REFERENCE", "/alert[1]/references[1]"),
    (document(HEAD + "words"), "INVALID_CHARACTERS", "/alert[1]"),
    (document(info=INFO.replace("Met", "Weather")), "INVALID_ENUM_VALUE", "/alert[1]/info[1]/category[1]"),
    (document(info=INFO.replace("<event>e</event>", "")), "MISSING_REQUIRED_ELEMENT", "/alert[1]/info[1]"),
    (document(info="<language>zh_CN</language>" + INFO), "INVALID_LANGUAGE", "/alert[1]/info[1]/language[1]"),
    (document(info=INFO + "<web>/page</web>"), "INVALID_WEB", "/alert[1]/info[1]/web[1]"),
    (
        document(info=INFO + "<headline>a<b>c</b></headline>"),
        "UNSUPPORTED_ELEMENT",
        "/alert[1]/info[1]/headline[1]/b[1]",
    ),
    (document(info=INFO + '<x xmlns="urn:other"/>'), "UNSUPPORTED_ELEMENT", "/alert[1]/info[1]/x[1]"),
    (
        document(info=with_resource("<size>84k</size>")),
        "INVALID_RESOURCE_SIZE",
        "/alert[1]/info[1]/resource[1]/size[1]",
    ),
    (document(info=with_resource("<uri>a b</uri>")), "INVALID_URI", "/alert[1]/info[1]/resource[1]/uri[1]"),
    (
        document(info=with_resource("<uri>a.png</uri>")),
        "RELATIVE_URI_MISSING_DEREF_URI",
        "/alert[1]/info[1]/resource[1]/uri[1]",
    ),
    (
        document(info=with_resource("<derefUri>?</derefUri>")),
        "INVALID_DEREF_URI",
        "/alert[1]/info[1]/resource[1]/derefUri[1]",
    ),
    (
        document(info=with_resource("").replace("image/png", "picture")),
        "INVALID_MIME_TYPE",
        "/alert[1]/info[1]/resource[1]/mimeType[1]",
    ),
    (
        document(info=within("<polygon>1,2 3,4 5,6</polygon>")),
        "INVALID_POLYGON",
        "/alert[1]/info[1]/area[1]/polygon[1]",
    ),
    (
        document(info=within("<polygon>1,2 3,4 5,0 1,3</polygon>")),
        "INVALID_POLYGON",
        "/alert[1]/info[1]/area[1]/polygon[1]",
    ),
    (
        document(info=within("<polygon>91,2 3,4 5,0 91,2</polygon>")),
        "INVALID_POLYGON",
        "/alert[1]/info[1]/area[1]/polygon[1]",
    ),
    (
        document(info=within("<polygon>0,0 2,2 2,0 0,2 0,0</polygon>")),
        "INVALID_POLYGON_SELF_INTERSECTION",
        "/alert[1]/info[1]/area[1]/polygon[1]",
    ),
    (
        document(info=within("<circle>1,2 -3</circle>")),
        "INVALID_CIRCLE",
        "/alert[1]/info[1]/area[1]/circle[1]",
    ),
    (document(info=within("<circle>1,2</circle>")), "INVALID_CIRCLE", "/alert[1]/info[1]/area[1]/circle[1]"),
    (
        document(info=within("<altitude>high</altitude>")),
        "INVALID_AREA",
        "/alert[1]/info[1]/area[1]/altitude[1]",
    ),
    (document(info=within("<ceiling>9</ceiling>")), "INVALID_AREA", "/alert[1]/info[1]/area[1]"),
    (
        document(info=within("<altitude>9</altitude><ceiling>8</ceiling>")),
        "INVALID_ALTITUDE_CEILING_RANGE",
        "/alert[1]/info[1]/area[1]/ceiling[1]",
    ),
]
DOUBTS = [
    (document(HEAD + REFERENCES.replace("T07", "T09")), "POSTDATED_REFERENCE"),
    (document(HEAD.replace("Actual", "Exercise")), "MISSING_NOTE"),
    (document(info=INFO + "<description>&lt;b&gt;flood&lt;/b&gt;</description>"), "TEXT_CONTAINS_HTML_TAGS"),
    (document(info=INFO + "<description>a &amp;amp; b</description>"), "TEXT_CONTAINS_HTML_ENTITIES"),
    (document(info=f"{INFO}</info><info><language>zh</language>{INFO}"), "SAME_TEXT_DIFFERENT_LANGUAGE"),
    (document(info=INFO + "<expires>2026-11-23T07:00:00+08:00</expires>"), "TIME_ORDER"),
    (document(info=with_resource("<digest>12</digest>")), "INVALID_DIGEST"),
]


@pytest.mark.parametrize(("data", "code", "place"), FAULTS)
def test_a_fault_has_its_code_and_place(data: bytes, code: str, place: str) -> None:
    found = examined(data)
    assert not found.valid
    assert (code, place) in {(one.code, one.xpath) for one in found.errors}, found.errors


@pytest.mark.parametrize(("data", "code"), DOUBTS)
def test_a_doubt_is_told_and_leaves_the_message_valid(data: bytes, code: str) -> None:
    found = examined(data)
    assert found.valid, found.errors
    assert code in {one.code for one in found.warnings}


@pytest.mark.parametrize(
    "data",
    [
        document(),
        document(info=None),
        document(HEAD.replace("Public", "Private") + '<addresses>"a b" c</addresses>'),
        document(HEAD.replace(">Alert<", ">Update<") + REFERENCES),
        document(info=within("<polygon>\n1,2 3,4 5,6 1,2\n</polygon><circle> 1,2 0 </circle>")),
        document(info=with_resource("<uri>a.png</uri><derefUri>aGVsbG8=</derefUri>")),
        document(HEAD.replace("+08:00", "Z"), namespace="urn:oasis:names:tc:emergency:cap:1.1"),
        b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>' + document(),
    ],
)
def test_a_good_message_is_let_pass(data: bytes) -> None:
    assert examined(data).errors == ()


def test_cap_1_0_is_read_into_the_same_words() -> None:
    old = HEAD.replace("<scope>Public</scope>", "<password>p</password>") + "<references>old/s</references>"
    info = INFO.replace("<certainty>Unknown", "<certainty>Very Likely") + "<parameter>A=b=c</parameter>"
    found = examined(document(old, info, "http://www.incident.com/cap/1.0"))
    assert found.errors == ()
    assert found.alert is not None
    assert found.alert.references[0].identifier == "old"
    assert found.alert.references[0].sent is None
    assert found.alert.infos[0].certainty == "Likely"
    assert found.alert.infos[0].parameters[0] == ("A", "b=c")
    assert found.alert.infos[0].severity is Severity.MINOR


def test_every_code_has_words_for_people() -> None:
    assert {code for _, code, _ in FAULTS} | {code for _, code in DOUBTS} <= set(WORDS)


def test_reading_needs_a_name_and_nothing_else() -> None:
    assert read(document(info="<event>e</event>")).identifier == "i"
    with pytest.raises(DecodeError) as caught:
        read(document("<identifier>i</identifier>"))
    assert caught.value.clause == "MISSING_REQUIRED_ELEMENT"


def test_findings_of_one_message_are_bounded() -> None:
    many = "<nonsense/>" * 15_000
    assert len(examined(document(HEAD + many)).findings) <= 200
