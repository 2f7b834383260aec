"""Is every document of GeoReport read as real servers write it, and read back as it was written?"""

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudan.core.cases.model.georeport import (
    FORMATS,
    Answered,
    Attribute,
    Choice,
    Definition,
    Discovery,
    Document,
    Endpoint,
    Note,
    Posted,
    Refusal,
    Request,
    Service,
    Ticket,
    Update,
    against,
    masked,
    moment,
    pairs_of,
    posted,
    read,
    written,
)
from mudan.primitives.errors import DecodeError

ROOT: Final = Path(__file__).parents[3]
FEW = settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
SHAPE: Final = Attribute(
    "shape", "singlevaluelist", required=True, values=(Choice("triangle", "Triangle"), Choice("oval", "Oval"))
)
POT: Final = Definition("POT", (Attribute("depth", "number", required=True), SHAPE))


def _captures() -> list[dict[str, Any]]:
    """Every public capture of Open311. Fails where their folder is absent."""
    folder = Path(os.environ.get("MUDAN_CAPTURES") or ROOT.parent / "shared" / "frames")
    files = sorted(folder.glob("open311.*.jsonl"))
    if not files:
        pytest.fail(f"no captures at {folder}: set MUDAN_CAPTURES to the folder that holds them")
    return [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line
    ]


def _documents(captures: list[dict[str, Any]]) -> Iterator[tuple[bytes, dict[str, Any]]]:
    for one in captures:
        message = one["message"]
        if not isinstance(message, dict) or "form" not in message:
            text = message if isinstance(message, str) else json.dumps(message)
            yield text.encode(), one["expected"]


def test_every_captured_document_says_what_its_author_says() -> None:
    seen = 0
    for data, expected in _documents(_captures()):
        seen += 1
        if expected.get("is_valid_json") is False:
            with pytest.raises(DecodeError, match="no JSON"):
                read(data)
            continue
        found = read(data)
        assert found.bad == ()
        assert len(found.items) == 1
        for form in FORMATS:
            assert read(_written(found, form)) == found
        _expected(found, expected)
    assert seen


def _expected(found: Document, expected: dict[str, Any]) -> None:
    (item,) = found.items
    if "endpoints" in expected:
        assert isinstance(item, Discovery)
        assert len(item.endpoints) == expected["endpoints"]
        assert item.contact == expected.get("contact", item.contact)
        assert [one.type for one in item.endpoints] == expected.get(
            "types", [one.type for one in item.endpoints]
        )
        assert list(item.endpoints[0].formats) == expected.get("formats_first", ["text/xml"])
    if "first_child_fields" in expected:
        written_names = json.loads(_written(found, "json"))[0]
        assert list(written_names) == expected["first_child_fields"]


def _written(found: Document, form: str) -> bytes:
    first = found.items[0]
    if isinstance(first, Definition | Discovery):
        return written(first, "", form)
    name = {"services": "services", "errors": "errors"}.get(found.kind, "service_requests")
    return written(found.items, name, form)  # type: ignore[arg-type] # items of one kind


def test_every_captured_report_is_taken_or_refused_as_its_author_says() -> None:
    seen = 0
    for one in _captures():
        message = one["message"]
        if not isinstance(message, dict) or "form" not in message:
            continue
        seen += 1
        report, wrong = posted([(name, str(value)) for name, value in message["form"].items()])
        asked = POT if report.service_code == "POT" else Definition(report.service_code)
        assert (not wrong and not against(report, asked)) is one["expected"]["success"]
        assert posted(pairs_of(report)) == (report, ())
    assert seen


WAYS: Final = {
    "a list": b'[{"service_code": 1, "service_name": "A", "metadata": true}]',
    "a text for true": b'[{"service_code": "1", "service_name": "A", "metadata": "TRUE", "keywords": null}]',
    "wrapped": b'{"services": [{"service_code": "1", "service_name": "A", "metadata": 1}]}',
    "wrapped twice": b'{"services": {"service": [{"service_code": "1", "service_name": "A", "metadata": "true"}]}}',
    "items wrapped": b'[{"service": {"service_code": "1", "service_name": " A ", "metadata": "yes"}}]',
    "one": b'{"service_code": "1", "service_name": "A", "metadata": true, "type": "", "extra": {"a": [1]}}',
    "a mark and spaces": b'\xef\xbb\xbf \n[{"service_code":"1","service_name":"A","metadata":true}]',
    "XML": b"<services><service><service_code>1</service_code><service_name><![CDATA[A]]></service_name>"
           b"<metadata>true</metadata><keywords/></service></services>",
    "XML with a namespace and spaces": b'\n <?xml version="1.0"?><services xmlns="urn:x"><service><service_code> 1 '
           b"</service_code><service_name>A</service_name><metadata>true</metadata><!-- c --></service></services>",
    "Latin XML": b'<?xml version="1.0" encoding="iso-8859-1"?><services><service><service_code>1</service_code>'
                 b"<service_name>A</service_name><metadata>true</metadata><group></group></service></services>",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_however_a_server_wraps_it_a_service_is_the_same(way: str) -> None:
    assert read(WAYS[way]) == Document("services", (Service("1", "A", metadata=True),))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"[]", "empty"), (b"<services/>", "services"), (b"<service_requests></service_requests>", "requests"),
        (b'{"service_requests": null}', "requests"), (b'{"services": []}', "services"), (b"<errors/>", "errors"),
    ],
)  # fmt: skip
def test_a_list_of_nothing_is_a_document(data: bytes, kind: str) -> None:
    assert read(data) == Document(kind)


def test_requests_without_a_number_bad_items_and_odd_fields_do_not_spoil_the_list() -> None:
    data = json.dumps(
        [
            {"service_request_id": None, "token": 7, "status": "open", "service_code": 1},
            {"service_request_id": 12345678901234567890, "status": "Closed", "lat": "1.5", "long": 2,
             "media_url": "u "},
            {"service_request_id": "3", "status": "open", "requested_datetime": "2026-02-30T00:00:00Z"},
            {"service_request_id": "4", "status": "open", "lat": "north"},
            "no item",
            {"service_request_id": "5", "status": "open", "address_string": "A", "media_url": ["a", "b"],
             "extended_attributes": {"ward": 4, "notes": [{"datetime": "2026-01-01T00:00:00Z", "type": "x"}]}},
        ]
    ).encode()  # fmt: skip
    found = read(data)
    assert [getattr(one, "id", None) for one in found.items] == ["", "12345678901234567890", "5"]
    second, last = found.items[1:]
    assert isinstance(second, Request)
    assert isinstance(last, Request)
    assert (second.is_closed, second.lat, second.lon, second.media_url) == (True, 1.5, 2.0, "u")
    assert (last.address, last.media_url, last.extended, last.notes[0].type) == ("A", "a", {"ward": "4"}, "x")
    assert [(bad.row, bad.field) for bad in found.bad] == [(3, "requested_datetime"), (4, "lat"), (5, "")]


def test_errors_are_read_as_a_list_as_one_and_wrapped() -> None:
    same = Document("errors", (Refusal("403", "no key"),))
    for data in (
        b'[{"code":403,"description":"no key"}]', b'{"code":"403","description":"no key"}',
        b'{"errors":[{"code":403,"description":"no key"}]}',
        b'{"errors":{"error":{"code":403,"description":"no key"}}}',
        b"<errors><error><code>403</code><description>no key</description></error></errors>",
    ):  # fmt: skip
        assert read(data) == same


def test_updates_of_the_extension_are_read_in_both_forms() -> None:
    same = Document("updates", (Update("7", "3", "in_progress", datetime(2026, 1, 1, tzinfo=UTC), "sent"),))
    told = {
        "update_id": 7,
        "service_request_id": 3,
        "status": "IN_PROGRESS",
        "updated_datetime": "2026-01-01T00:00:00Z",
    }
    assert read(json.dumps({"service_request_updates": [told | {"description": "sent"}]}).encode()) == same
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in (told | {"description": "sent"}).items())
    root = "service_request_updates"
    assert read(f"<{root}><request_update>{inner}</request_update></{root}>".encode()) == same


REFUSED: Final = {
    "nothing": b" ", "no JSON": b"{", "leading zeros": b'[{"service_code":001}]', "no number": b'[{"lat": NaN}]',
    "another document": b'{"type":"FeatureCollection"}', "another root": b"<html><body/></html>", "a number": b"12",
    "a text": b'"hello"', "deep": b"[" * 100_000, "deep XML": b"<a>" * 100 + b"</a>" * 100,
    "cut short": b"<services><service>", "a DTD": b'<!DOCTYPE a [<!ENTITY b "c">]><services>&b;</services>',
    "a file": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><services/>', "no code": b'{"attributes":[{"code":""}]}',
    "not UTF-8": b'[{"service_code":"\xff"}]', "half a character": b'[{"service_code":"\\ud800"}]',
    "digits": b'[{"service_code":"1","x":' + b"9" * 5000 + b"}", "too much": b" " + b"[" + b" " * (17 << 20) + b"]",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_document_of_the_standard_is_one_clear_error(name: str) -> None:
    with pytest.raises(DecodeError) as caught:
        read(REFUSED[name])
    assert caught.value.reason


def test_times_have_a_zone_and_where_they_have_none_it_is_the_one_expected() -> None:
    known = datetime(2010, 4, 14, 14, 37, 38, tzinfo=UTC)
    for text in (
        "2010-04-14T06:37:38-08:00",
        "2010-04-14T14:37:38Z",
        "2010-04-14 14:37:38.000+0000",
        "2010-04-14T14:37:38",
    ):
        assert moment(text) == known
    for text in (
        "2010-04-14T25:00:00Z",
        "2010-13-01",
        "yesterday",
        "0001-01-01T00:00:00+14:00",
        "2010-04-14T06:37:38-99:00",
    ):
        with pytest.raises(DecodeError):
            moment(text)


def test_a_form_names_everything_that_is_wrong_with_it() -> None:
    report, wrong = posted([("service_code", ""), ("lat", "x"), ("description", "y" * 4001), ("attribute[a][]", "1"),
                            ("attribute[a][]", "2"), ("attribute[b]", " ")])  # fmt: skip
    assert report.attributes == {"a": ("1", "2")}
    assert [one.description.split()[0] for one in wrong] == ["description", "lat", "service_code", "lat"]
    many = Attribute("a", "multivaluelist", values=(Choice("1"), Choice("3")))
    single, date = Attribute("a", "string"), Attribute("when", "datetime")
    assert len(against(report, Definition("X", (many,)))) == 1
    assert len(against(report, Definition("X", (single,)))) == 1
    assert len(against(replace(report, attributes={"when": ("soon",)}), Definition("X", (date,)))) == 1
    assert against(report, Definition("X", (Attribute("z", required=True, variable=False),))) == ()


def test_numbers_that_name_a_person_are_masked_and_others_are_not() -> None:
    assert masked("打 12345 或 0530-5551234、+86 138 1234 5678") == "打 12345 或 ***、***"
    assert masked("RX20261123-0001 在 35.24 号") == "RX20261123-0001 在 35.24 号"


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Cs"]), max_size=20).map(
    str.strip
)
_NAMED = _WORDS.filter(bool)
_TIMES = st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds, aware values
_DEGREES = st.none() | st.floats(-180, 180)
_LIST = st.lists(_WORDS.filter(lambda word: word and "," not in word), max_size=3).map(tuple)
_SERVICES = st.builds(
    Service, _NAMED, _NAMED, _WORDS, st.booleans(), st.sampled_from(["realtime", "batch"]), _LIST, _WORDS
)
_ATTRIBUTES = st.builds(
    Attribute, _NAMED, st.sampled_from(["string", "number"]), st.booleans(), st.booleans(), _WORDS,
    st.integers(0, 99), _WORDS, st.lists(st.builds(Choice, _NAMED, _NAMED), max_size=3).map(tuple),
)  # fmt: skip
_REQUESTS = st.builds(
    Request, id=_NAMED, status=st.sampled_from(["open", "closed"]), service_code=_WORDS, service_name=_WORDS,
    status_notes=_WORDS, description=_WORDS, agency_responsible=_WORDS, service_notice=_WORDS, requested_at=_TIMES,
    updated_at=_TIMES, expected_at=_TIMES, address=_WORDS, address_id=_WORDS, zipcode=_WORDS, lat=_DEGREES,
    lon=_DEGREES, media_url=_WORDS, extended=st.dictionaries(st.sampled_from(["ward", "step"]), _NAMED),
    attributes=st.lists(st.builds(Answered, _NAMED, _WORDS, _WORDS, _WORDS), max_size=2).map(tuple),
    notes=st.lists(st.builds(Note, _TIMES, _NAMED, _WORDS, _WORDS), max_size=2).map(tuple),
)  # fmt: skip
_ENDPOINTS = st.builds(
    Endpoint, _NAMED, _NAMED, _WORDS, st.sampled_from(["production", "test"]), st.just(("text/xml",))
)


@FEW
@given(st.lists(_SERVICES, min_size=1, max_size=3), st.sampled_from(sorted(FORMATS)))
def test_services_are_read_as_they_were_written(services: list[Service], form: str) -> None:
    assert read(written(services, "services", form)) == Document("services", tuple(services))


@FEW
@given(st.lists(_REQUESTS, min_size=1, max_size=3), st.sampled_from(sorted(FORMATS)))
def test_requests_are_read_as_they_were_written(requests: list[Request], form: str) -> None:
    assert read(written(requests, "service_requests", form)) == Document("requests", tuple(requests))


@FEW
@given(_NAMED, st.lists(_ATTRIBUTES, max_size=3).map(tuple), st.sampled_from(sorted(FORMATS)))
def test_a_definition_is_read_as_it_was_written(code: str, asked: tuple[Attribute, ...], form: str) -> None:
    known = Definition(code, asked)
    assert read(written(known, "", form)) == Document("definition", (known,))


@FEW
@given(_WORDS, st.lists(_ENDPOINTS, min_size=1, max_size=3).map(tuple), st.sampled_from(sorted(FORMATS)))
def test_a_discovery_is_read_as_it_was_written(said: str, ends: tuple[Endpoint, ...], form: str) -> None:
    known = Discovery(said, said, said, ends)
    assert read(written(known, "", form)) == Document("discovery", (known,))


_TICKETS = st.lists(st.builds(Ticket, id=_NAMED, service_notice=_WORDS), min_size=1, max_size=2)
_REFUSALS = st.lists(st.builds(Refusal, _NAMED, _NAMED), min_size=1, max_size=2)


@FEW
@given(_TICKETS, _REFUSALS, st.sampled_from(sorted(FORMATS)))
def test_tickets_and_refusals_are_read_as_they_were_written(
    tickets: list[Ticket], refusals: list[Refusal], form: str
) -> None:
    assert read(written(tickets, "service_requests", form)) == Document("tickets", tuple(tickets))
    assert read(written(refusals, "errors", form)) == Document("errors", tuple(refusals))


@FEW
@given(st.text(max_size=30), st.sampled_from(sorted(FORMATS)))
def test_whatever_somebody_wrote_can_be_written_and_read(said: str, form: str) -> None:
    (found,) = read(written([Service("1", "A", said)], "services", form)).items
    assert isinstance(found, Service)
    assert len(found.description) <= len(said)


_CODES = _NAMED.filter(lambda word: "]" not in word)
_ANSWERS = st.dictionaries(_CODES, st.lists(_NAMED, min_size=1, max_size=3).map(tuple), max_size=3)
_PLACES = {"address_string": _NAMED, "lat": st.floats(-90, 90), "lon": st.floats(-180, 180)}


@FEW
@given(st.builds(Posted, _NAMED, attributes=_ANSWERS, **_PLACES))
def test_a_report_is_read_from_the_form_that_sends_it(report: Posted) -> None:
    assert posted(pairs_of(report)) == (report, ())


@FEW
@given(st.binary(max_size=200))
def test_whatever_comes_is_a_document_or_a_decode_error(data: bytes) -> None:
    with contextlib.suppress(DecodeError):
        assert read(data).kind


def test_a_time_is_the_same_in_every_zone() -> None:
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert moment("2026-11-23T17:00:00+08:00") == at
    assert moment("2026-11-23T05:30:00-03:30") == at + timedelta()
