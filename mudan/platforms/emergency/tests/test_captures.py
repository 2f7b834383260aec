"""Does every public capture of fire alarm devices and warnings say what its author says?"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from lxml import etree

from mudan.core.warnings.model.cap import Alert, stamp
from mudan.core.warnings.model.cap_read import Examined, examined
from mudan.core.warnings.model.cap_values import SORTS, time_of
from mudan.core.warnings.model.cap_write import written
from mudan.core.warnings.model.china import ROMAN, attachment_of, event_name
from mudan.core.warnings.model.china_write import listed, receipt_of, receipt_source
from mudan.core.warnings.model.china_xml import colour_in, national
from mudan.core.warnings.model.feeds import unwrapped
from mudan.core.warnings.model.geometry import circle_of
from mudan.platforms.emergency.codec import application_of, described_application, packed, packet_of
from mudan.platforms.emergency.connector import EmergencyFramer
from mudan.platforms.emergency.observations import decode
from mudan.primitives.errors import DecodeError

ROOT: Final = Path(__file__).parents[4]
OUR_CODES: Final = frozenset(("need_more", "length_over_1024", "bad_checksum", "invalid_length"))
# What breaks the schema itself; the other codes are rules of the text beside it.
SCHEMA_CODES: Final = frozenset(
    (
        "UNSUPPORTED_ELEMENT",
        "INVALID_SEQUENCE",
        "DUPLICATE_ELEMENT",
        "INVALID_ENUM_VALUE",
        "INVALID_CHARACTERS",
    )
)
MESSAGES: Final = {"Alert": "首发", "Update": "更新", "Cancel": "解除"}


def folder() -> Path:
    """Where the captures are. Fails where the folder is absent."""
    found = Path(os.environ.get("MUDAN_CAPTURES") or ROOT.parent / "shared" / "frames")
    if not found.is_dir():
        pytest.fail(f"no captures at {found}: set MUDAN_CAPTURES to the folder that holds them")
    return found


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of all files of a set, like `cap.*.jsonl`."""
    files = sorted(folder().glob(f"{name}.*.jsonl"))
    assert files, f"no {name}.*.jsonl in {folder()}"
    return [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line
    ]


def test_every_packet_says_what_its_author_says() -> None:
    wrong = [f"{row['id']}: {fault}" for row in rows("gb26875") for fault in packet_faults(row)]
    assert not wrong, "\n".join(wrong)


def packet_faults(row: dict[str, Any]) -> Iterator[str]:
    """What a packet or an application data unit says other than we do."""
    raw, expected = bytes.fromhex(row["frame"]), row["expected"]
    refused = "error" in expected or expected.get("valid") is False
    try:
        if row["kind"] not in {"app", "frame"}:
            yield from stream_faults(raw, expected)
            return
        if row["kind"] == "app":
            told: dict[str, Any] = {"app": described_application(application_of(raw))}
        else:
            told = decode(raw)[0].message
            if packed(packet_of(raw)) != raw:
                yield "does not encode to itself"
    except DecodeError as error:
        wanted = str(expected.get("error", "")).replace(" ", "_")
        wanted = wanted if wanted in OUR_CODES else ""
        if not refused:
            yield error.reason
        elif wanted and wanted not in error.reason:
            yield f"refused for {error.reason!r}, not {wanted!r}"
        return
    if refused:
        yield "was not refused"
    derived = row.get("derived") or {}
    derived = {"app": derived} if row["kind"] == "app" else derived
    yield from differences(derived, told, frozenset(("valid", "reserved", "empty", "error")))
    yield from said(expected, told)


def stream_faults(raw: bytes, expected: dict[str, Any]) -> Iterator[str]:
    """Several packets in one stream, with what lies between them."""
    framer = EmergencyFramer()
    pieces = framer.feed(raw) + framer.finish()
    packets = [packet_of(piece) for piece in pieces if isinstance(piece, bytes)]
    for name in ("frames", "count", "packets"):
        wanted = expected.get(name)
        wanted = len(wanted) if isinstance(wanted, list) else wanted
        if isinstance(wanted, int) and wanted != len(packets):
            yield f"{len(packets)} packets, not {wanted}"


def said(expected: dict[str, Any], told: dict[str, Any]) -> Iterator[str]:
    """What an author wrote in words of their own."""
    app = told.get("app", {})
    objects = app.get("objects") or [{}]
    for name, value in expected.items():
        if name in {"valid", "vendor", "meaning"}:
            continue
        if name == "objects":
            yield from differences(value, objects, frozenset())
            continue
        ours: Any = {"cmd": told.get("cmd_name"), "type": app.get("type"), "count": app.get("count")}.get(
            name
        )
        if ours is None:
            ours = objects[0].get(name, told.get(name))
        if ours != value:
            yield f"{name} is {ours!r}, not {value!r}"


def differences(wanted: Any, got: Any, ignored: frozenset[str], where: str = "") -> Iterator[str]:
    """How plain data differ; ours may say more."""
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            if name not in ignored:
                got_value = got.get(name) if isinstance(got, dict) else None
                yield from differences(value, got_value, ignored, f"{where}.{name}")
    elif isinstance(wanted, list):
        if not isinstance(got, list) or len(wanted) != len(got):
            yield f"{where} is {got!r}, not {wanted!r}"
            return
        for number, (one, other) in enumerate(zip(wanted, got, strict=True)):
            yield from differences(one, other, ignored, f"{where}[{number}]")
    elif wanted != got:
        yield f"{where} is {got!r}, not {wanted!r}"


def test_every_warning_has_the_verdict_and_values_of_its_author() -> None:
    wrong = [f"{number}: {fault}" for number, row in enumerate(rows("cap")) for fault in warning_faults(row)]
    assert not wrong, "\n".join(wrong)


def warning_faults(row: dict[str, Any]) -> Iterator[str]:
    """What a CAP row says other than we do."""
    message, expected = row["message"], row["expected"]
    if isinstance(message, str) and not message.lstrip().startswith("<"):
        yield from value_faults(row["standard"], message, expected)
        return
    data = (folder() / message["file"]).read_bytes() if isinstance(message, dict) else message.encode()
    if expected.get("root") in {"feed", "EDXLDistribution", "rss"}:
        yield from feed_faults(data, expected)
        return
    found = examined(data)
    code = str(expected.get("error", "")).split(" ")[0]
    doubted = code in {one.code for one in found.warnings}
    if "valid" in expected and found.valid is not expected["valid"] and not doubted:
        yield f"valid is {found.valid}: {found.errors}"
    if code:
        yield from code_faults(found, code, expected)
    if expected.get("xsd12_valid") is False and found.valid:
        yield "breaks the schema and was not refused"
    if expected.get("xsd12_valid") and any(one.code in SCHEMA_CODES for one in found.errors):
        yield f"keeps the schema and was refused: {found.errors}"
    if found.alert is not None and not any(one.code == "DTD_REFUSED" for one in found.errors):
        yield from alert_faults(found.alert, expected)


def code_faults(found: Examined, code: str, expected: dict[str, Any]) -> Iterator[str]:
    """The code and place of what is wrong; an author's code may be a warning of ours."""
    matching = [one for one in found.findings if one.code == code]
    if not matching:
        yield f"{code} is not among {[one.code for one in found.findings]}"
    elif "xpath" in expected and not any(one.xpath == expected["xpath"] for one in matching):
        yield f"{code} at {[one.xpath for one in matching]}, not {expected['xpath']}"


def alert_faults(alert: Alert, expected: dict[str, Any]) -> Iterator[str]:
    """The values of a message."""
    areas = [area for info in alert.infos for area in info.areas]
    circles = [circle for area in areas for circle in area.circles]
    polygons = [ring for area in areas for ring in area.polygons]
    first = alert.infos[0] if alert.infos else None
    ours: dict[str, Any] = {
        "identifier": alert.identifier,
        "sender": alert.sender,
        "status": alert.status,
        "msgType": alert.msg_type,
        "scope": alert.scope,
        "info_count": len(alert.infos),
        "event": [info.event for info in alert.infos],
        "category": [word for info in alert.infos for word in info.categories],
        "urgency": [info.urgency for info in alert.infos],
        "severity": [info.severity for info in alert.infos],
        "certainty": [info.certainty for info in alert.infos],
        "responseType": [word for info in alert.infos for word in info.responses],
        "areaDesc": [area.description for area in areas],
        "polygon_points": [len(ring) for ring in polygons],
    }
    for name, value in ours.items():
        if name in expected and value != expected[name]:
            yield f"{name} is {value!r}, not {expected[name]!r}"
    if "sent" in expected and time_of(expected["sent"], "1.1") != alert.sent:
        yield f"sent is {alert.sent}"
    if isinstance(expected.get("language"), str) and (
        first is None or first.language != expected["language"]
    ):
        yield f"language is not {expected['language']}"
    for number, ring in enumerate(polygons):
        pairs = [[point.lat, point.lon] for point in ring]
        if expected.get(f"polygon{number}_latlon", pairs) != pairs:
            yield f"polygon {number} is {pairs}"
    if "lat_between" in expected:
        low, high = expected["lat_between"]
        west, east = expected["lon_between"]
        if not all(low < point.lat < high and west < point.lon < east for ring in polygons for point in ring):
            yield "latitude and longitude are changed"
    yield from circle_faults(circles, expected.get("circles", []))
    if areas and expected.get("altitude", areas[0].altitude_ft) != areas[0].altitude_ft:
        yield f"altitude is {areas[0].altitude_ft}"
    if expected.get("references"):
        ours_refs = [
            f"{one.sender},{one.identifier},{stamp(one.sent)}" for one in alert.references if one.sent
        ]
        if " ".join(expected["references"]).split() != ours_refs:
            yield f"references are {ours_refs}"


def circle_faults(circles: list[Any], expected: list[Any]) -> Iterator[str]:
    """Circles, told as objects or as the text of the message."""
    for circle, wanted in zip(circles, expected, strict=True) if expected else ():
        other = circle_of(wanted) if isinstance(wanted, str) else None
        same = (
            other == circle
            if other
            else wanted
            == {
                "lat": circle.centre.lat,
                "lon": circle.centre.lon,
                "radius_km": circle.radius_km,
            }
        )
        if not same:
            yield f"circle is {circle}, not {wanted}"


def feed_faults(data: bytes, expected: dict[str, Any]) -> Iterator[str]:
    """A feed: how many entries, how many messages within."""
    found = unwrapped(data)
    if found.kind != "edxl" and found.entries != expected.get("entries", found.entries):
        yield f"{found.entries} entries, not {expected['entries']}"
    alerts = dict(map(tuple, expected.get("cap_elements", []))).get("alert")
    if alerts is not None and len(found.members) != alerts:
        yield f"{len(found.members)} messages, not {alerts}"


def value_faults(standard: str, text: str, expected: dict[str, Any]) -> Iterator[str]:
    """One value alone, of the sort that the row names."""
    sorts = {"circle": "circle", "time": "time", "date": "time", "sent": "time", "references": "references"}
    sort = next((ours for word, ours in sorts.items() if word in standard), "polygon")
    good = time_of(text) is not None if sort == "time" else SORTS[sort](text, "1.2") is None
    if good is not expected["valid"]:
        yield f"{standard} {text!r} is {'let pass' if good else 'refused'}"


def test_what_we_write_keeps_the_schema_of_oasis() -> None:
    schema = etree.XMLSchema(etree.parse(str(folder() / "cap" / "schema" / "CAP-v1.2-os.xsd")))
    tried = 0
    for row in rows("cap"):
        message = row["message"]
        if isinstance(message, str) and not message.lstrip().startswith("<"):
            continue
        found = examined(
            (folder() / message["file"]).read_bytes() if isinstance(message, dict) else message.encode()
        )
        if found.alert is None or not found.valid:
            continue
        again = written(found.alert)
        schema.assertValid(etree.fromstring(again))
        read = examined(again)
        assert read.alert is not None
        assert read.alert.infos == found.alert.infos
        assert read.alert.key == found.alert.key
        tried += 1
    assert tried >= 5


def test_every_national_row_says_what_its_author_says() -> None:
    wrong = [
        f"{number}: {fault}" for number, row in enumerate(rows("cap_china")) for fault in national_faults(row)
    ]
    assert not wrong, "\n".join(wrong)


def national_faults(row: dict[str, Any]) -> Iterator[str]:
    """A row of the Chinese set says other than we do."""
    standard, message, expected = row["standard"], row["message"], row["expected"]
    if standard == "eventType code":
        if event_name(message) != expected["name"]:
            yield f"{message} is {event_name(message)}, not {expected['name']}"
    elif isinstance(message, dict) and "file" not in message:
        yield from list_faults(message, expected)
    elif isinstance(message, str) and message.lstrip().startswith("<"):
        yield from national_xml_faults(message, expected)
    elif isinstance(message, str) and "ack" in standard:
        receipt = receipt_of(b"<msg><data><rows><status>0</status><error_code/><note/></rows></data></msg>")[
            0
        ]
        if not receipt.good or receipt.status != expected["status_ok"] or not receipt_source(message):
            yield "the receipt is not understood"
    else:
        yield f"no test for {standard}"


def list_faults(message: dict[str, Any], expected: dict[str, Any]) -> Iterator[str]:
    """A row of a public list."""
    found = listed(message)
    colour = found.colour
    ours: dict[str, Any] = {
        "adcode": found.adcode,
        "agency_code": found.agency,
        "eventType": found.event_code,
        "colour": colour.word if colour else None,
        "level": ROMAN[colour] if colour else None,
        "issue_time": found.identifier.split("_")[1],
    }
    for name, value in ours.items():
        if name in expected and value != expected[name]:
            yield f"{name} is {value!r}, not {expected[name]!r}"
    variant = expected.get("level_text_variant", "").split(" ")[0]
    if variant and found.title.level_words != variant:
        yield f"the level's words are {found.title.level_words!r}, not {variant!r}"


def national_xml_faults(message: str, expected: dict[str, Any]) -> Iterator[str]:
    """A national document."""
    found = national(message.encode())
    if found.alert is None or not found.valid:
        yield f"was refused: {found.errors}"
        return
    alert, info = found.alert, found.alert.infos[0]
    colour = colour_in(info)
    ours: dict[str, Any] = {
        "senderCode": alert.sender,
        "adcode": alert.sender[:6],
        "agency_code": alert.sender[6:9],
        "identifier_time": alert.identifier.split("_")[1],
        "eventType": info.event_codes[0].value,
        "eventName": info.event,
        "colour": colour.title.zh if colour else None,
        "msgType": MESSAGES[str(alert.msg_type)],
        "areas": [value.value for area in info.areas for value in area.geocodes],
        "is_oasis_cap": examined(message.encode()).alert is not None,
    }
    if info.resources and info.resources[0].description:
        ours["attachment_name_parts"] = list(attachment_of(info.resources[0].description))
    for name, value in ours.items():
        if name in expected and value != expected[name]:
            yield f"{name} is {value!r}, not {expected[name]!r}"
    if colour and "level" in expected and not re.match(f"{ROMAN[colour]}级", expected["level"]):
        yield f"level is {ROMAN[colour]}"
