"""Do messages come back as they were written, are chains the same in any order, and are signatures judged?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml.signer import XMLSigner

from mudan.core.warnings.model.cap import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    Key,
    MsgType,
    Reference,
    Response,
    Scope,
    Severity,
    Status,
    Urgency,
    Value,
)
from mudan.core.warnings.model.cap_read import examined
from mudan.core.warnings.model.cap_write import element_of, written
from mudan.core.warnings.model.chain import Standing, in_force, standings
from mudan.core.warnings.model.china import (
    Colour,
    colour_of,
    division_prefix,
    event_code_of,
    identifier,
    identifier_of,
    sender_code,
    title_of,
    touches,
)
from mudan.core.warnings.model.china_write import national_written, receipt_of
from mudan.core.warnings.model.china_xml import COLOUR, DIVISION, EVENT_CODE, national
from mudan.core.warnings.model.geometry import Circle, crosses_itself, geojson, holds, polygon_of
from mudan.core.warnings.model.signature import Seal, sealed
from mudan.primitives.errors import DecodeError, Invalid
from mudan.primitives.geo import Point

NOW = datetime(2026, 11, 23, 8, tzinfo=timezone(timedelta(hours=8)))
WORDS = st.text(
    st.characters(min_codepoint=32, exclude_categories=("Cs", "Cn")), min_size=1, max_size=20
).map(lambda text: " ".join(text.split()) or "x")
NAMES = st.text("abcdefgh0123456789.-_:", min_size=1, max_size=12)
MOMENTS = st.builds(
    lambda seconds, hours: datetime.fromtimestamp(seconds, timezone(timedelta(hours=hours))),
    st.integers(1_000_000_000, 2_000_000_000),
    st.integers(-11, 12),
)
LATS, LONS = st.integers(-89, 88), st.integers(-179, 178)
RINGS = st.builds(
    lambda lon, lat: (Point(lon, lat), Point(lon + 1.0, lat), Point(lon + 1.0, lat + 1.0), Point(lon, lat)),
    LONS,
    LATS,
)
AREAS = st.builds(
    Area,
    WORDS,
    st.lists(RINGS, max_size=2).map(tuple),
    st.lists(st.builds(lambda lon, lat: Circle(Point(lon, lat), 2.5), LONS, LATS), max_size=2).map(tuple),
    st.lists(st.builds(Value, NAMES, NAMES), max_size=2).map(tuple),
)
INFOS = st.builds(
    Info,
    event=WORDS,
    categories=st.lists(st.sampled_from(Category), min_size=1, max_size=3).map(tuple),
    urgency=st.sampled_from(Urgency),
    severity=st.sampled_from(Severity),
    certainty=st.sampled_from(Certainty),
    language=st.sampled_from(["", "zh-CN", "en"]),
    responses=st.lists(st.sampled_from(Response), max_size=2).map(tuple),
    expires=st.none() | MOMENTS,
    onset=st.none() | MOMENTS,
    headline=WORDS,
    description=WORDS,
    parameters=st.lists(st.builds(Value, WORDS, WORDS), max_size=2).map(tuple),
    areas=st.lists(AREAS, max_size=2).map(tuple),
)
ALERTS = st.builds(
    Alert,
    identifier=NAMES,
    sender=NAMES,
    sent=MOMENTS,
    status=st.sampled_from(Status),
    msg_type=st.just(MsgType.UPDATE),
    scope=st.just(Scope.PUBLIC),
    infos=st.lists(INFOS, max_size=2).map(tuple),
    note=WORDS,
    references=st.lists(
        st.builds(Reference, NAMES.map(lambda name: "r" + name * 2), NAMES, MOMENTS), min_size=1, max_size=3
    ).map(tuple),
    incidents=st.lists(st.sampled_from(["one", "two words"]), max_size=2).map(tuple),
)


@settings(deadline=None)
@given(ALERTS)
def test_what_is_written_is_read_back(alert: Alert) -> None:
    again = examined(written(alert)).alert
    assert again == alert


def made(
    name: str, minutes: int = 0, kind: MsgType = MsgType.ALERT, *of: Alert, hours: float | None = 6
) -> Alert:
    """A message of the test's sender."""
    sent = NOW + timedelta(minutes=minutes)
    info = Info("暴雨", (Category.MET,), Urgency.EXPECTED, Severity.SEVERE, Certainty.LIKELY, "zh-CN")
    info = replace(info, expires=None if hours is None else sent + timedelta(hours=hours))
    references = tuple(Reference(one.sender, one.identifier, one.sent) for one in of)
    return Alert(name, "s", sent, Status.ACTUAL, kind, Scope.PUBLIC, (info,), references=references)


def test_the_chain_is_the_same_in_any_order() -> None:
    first = made("a")
    second = made("b", 10, MsgType.UPDATE, first)
    third = made("c", 20, MsgType.UPDATE, second)
    other = made("d", 5)
    last = made("e", 30, MsgType.CANCEL, other)
    found = {
        tuple(sorted((key.identifier, standing) for key, standing in standings(order, NOW).items()))
        for order in permutations((first, second, third, other, last, second))
    }
    assert found == {
        (
            ("a", Standing.REPLACED),
            ("b", Standing.REPLACED),
            ("c", Standing.IN_FORCE),
            ("d", Standing.CANCELLED),
            ("e", Standing.NOT_A_WARNING),
        )
    }


def test_a_warning_expires_and_one_without_an_end_does_not() -> None:
    alerts = [made("a", hours=1), made("b", hours=None)]
    assert [one.identifier for one in in_force(alerts, NOW + timedelta(hours=2))] == ["b"]


def test_an_exercise_never_ends_a_real_warning() -> None:
    real = made("a")
    drill = replace(made("b", 10, MsgType.CANCEL, real), status=Status.EXERCISE)
    assert standings([real, drill], NOW)[Key("s", "a", NOW)] is Standing.IN_FORCE


def test_a_reference_to_what_came_later_ends_nothing() -> None:
    later = made("b", 10)
    earlier = made("a", 0, MsgType.CANCEL, later)
    assert len(in_force([later, earlier], NOW + timedelta(minutes=15))) == 1


def test_what_lacks_something_needed_is_not_written() -> None:
    bare = made("a")
    for broken in (
        replace(bare, sent=None),
        replace(bare, scope=None),
        replace(bare, infos=(replace(bare.infos[0], event=""),)),
        replace(bare, infos=(replace(bare.infos[0], areas=(Area(""),)),)),
        replace(bare, references=(Reference("s", "i", None),)),
    ):
        with pytest.raises(Invalid):
            written(broken)


def certificate(name: str) -> tuple[rsa.RSAPrivateKey, str]:
    """A key and its own certificate."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return key, built.public_bytes(serialization.Encoding.PEM).decode()


def test_a_signature_is_judged_by_the_certificates_we_trust() -> None:
    key, trusted = certificate("weather")
    _, stranger = certificate("stranger")
    root = XMLSigner().sign(element_of(made("a")), key=key, cert=trusted)
    signed = etree.tostring(root, encoding="UTF-8")
    assert sealed(signed, NOW, [stranger, trusted]).seal is Seal.VALID
    assert sealed(signed, NOW, [stranger]).seal is Seal.UNVERIFIABLE
    assert sealed(signed, NOW).seal is Seal.UNVERIFIABLE
    assert examined(signed).valid
    assert sealed(signed.replace("暴雨".encode(), "微风".encode()), NOW, [trusted]).seal is Seal.INVALID
    assert sealed(signed.replace(b">Severe<", b">Minor<"), NOW, [trusted]).seal is Seal.INVALID
    assert sealed(written(made("a")), NOW, [trusted]).seal is Seal.ABSENT


def test_a_signature_wrapped_around_other_content_is_not_believed() -> None:
    key, trusted = certificate("weather")
    signed = XMLSigner().sign(element_of(made("a")), key=key, cert=trusted)
    forged = element_of(made("forged"))
    forged.append(signed)
    assert sealed(etree.tostring(forged), NOW, [trusted]).seal is Seal.INVALID


def test_rings_that_touch_are_good_and_rings_that_cross_are_not() -> None:
    assert not crosses_itself(polygon_of("1,2 3,4 5,6 1,2"))
    assert not crosses_itself(polygon_of("0,0 0,2 2,2 2,0 0,0"))
    assert crosses_itself(polygon_of("0,0 2,2 2,0 0,2 0,0"))


def test_shapes_hold_their_points_in_the_right_order_of_coordinates() -> None:
    square = polygon_of("30,107 30,108 31,108 31,107 30,107")
    assert holds((square,), (), Point(107.5, 30.5))
    assert not holds((square,), (), Point(30.5, 107.5 - 90))
    assert holds((), (Circle(Point(107.5, 30.5), 1.0),), Point(107.505, 30.5))
    drawn = geojson((square,), (Circle(Point(107.5, 30.5), 1.0),))
    assert drawn is not None
    assert len(drawn["coordinates"]) == 2  # type: ignore[arg-type]  # GeoJSON, plainly typed as object


def test_colours_are_the_last_ones_named() -> None:
    assert colour_of("将暴雨黄色预警升级为橙色预警") is Colour.ORANGE
    assert colour_of("解除大雾预警") is None
    assert colour_of("Blue warning of gale") is Colour.BLUE
    assert [colour.severity for colour in Colour] == [
        Severity.EXTREME,
        Severity.SEVERE,
        Severity.MODERATE,
        Severity.MINOR,
    ]


def test_events_are_found_by_their_longest_name() -> None:
    assert event_code_of("发布道路结冰黄色预警") == "11B21"
    assert event_code_of("海上大风蓝色预警") == "11B23"
    assert event_code_of("大风蓝色预警") == "11B06"
    assert title_of("某县气象台发布暴雨橙色预警[II级/严重]")[:2] == ("某县气象台", "11B03")
    assert title_of("某县气象台发布大雾预警[III级/较重]").colour is Colour.YELLOW


def test_identifiers_are_taken_apart_and_put_together() -> None:
    code = sender_code("500231", "416")
    made_up = identifier(code, NOW, 12)
    assert made_up == "50023141600000_20261123080000_12"
    assert identifier_of(made_up).text == made_up
    for bad in ("5002314160000_20261123080000", "50023141600000_20261323080000", "x"):
        with pytest.raises(Invalid):
            identifier_of(bad)


@pytest.mark.parametrize(
    ("code", "area", "reached"),
    [
        ("500000", "500231", True),
        ("500231000000", "500231106", True),
        ("500231106000", "500231", True),
        ("500231106", "500231113", False),
        ("510000", "500231", False),
    ],
)
def test_divisions_reach_what_lies_within_and_around_them(code: str, area: str, reached: bool) -> None:
    assert touches(code, area) is reached


def test_division_codes_lose_their_empty_end() -> None:
    assert [division_prefix(code) for code in ("330000", "330200", "330205004000", "330205004001")] == [
        "33",
        "3302",
        "330205004",
        "330205004001",
    ]


def test_our_warnings_are_written_for_the_national_interface() -> None:
    area = Area("垫江县", circles=(Circle(Point(107.4, 30.3), 2.0),), geocodes=(Value(DIVISION, "500231"),))
    first = made(identifier("50023141600000", NOW))
    info = replace(
        first.infos[0],
        event_codes=(Value(EVENT_CODE, "11B03"),),
        parameters=(Value(COLOUR, "Orange"),),
        sender_name="示例台",
        headline="发布暴雨橙色预警",
        description="有暴雨。",
        areas=(area,),
    )
    alert = replace(first, infos=(info,))
    found = national(national_written(alert, "50023141600000"))
    assert found.findings == ()
    assert found.alert is not None
    assert found.alert.infos[0].areas[0].circles[0].radius_km == 2.0
    assert found.alert.infos[0].severity is Severity.SEVERE
    with pytest.raises(Invalid):
        national_written(replace(alert, msg_type=MsgType.UPDATE), "50023141600000")
    follows = national(
        national_written(replace(alert, msg_type=MsgType.UPDATE), "50023141600000", alert.identifier)
    )
    assert follows.valid


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (">11B03<", ">99X99<", "INVALID_CODE"),
        (">500231<", ">垫江<", "INVALID_CODE"),
        (">Orange<", ">Purple<", "INVALID_ENUM_VALUE"),
        ("-23 08:00:00+08:00</sendTime>", "-23</sendTime>", "INVALID_DATE"),
        ("<senderCode>50023141600000<", "<senderCode>50023141600001<", "INVALID_IDENTIFIER"),
        (">Alert<", ">Cancel<", "MISSING_REQUIRED_ELEMENT"),
        ("<headline>发布暴雨橙色预警</headline>", "", "MISSING_REQUIRED_ELEMENT"),
    ],
)
def test_faults_of_a_national_message_are_named(old: str, new: str, code: str) -> None:
    good = (
        '<alert xmlns="http://com.icss.amp"><identifier>50023141600000_20261123080000</identifier><sender>台</sender>'
        "<senderCode>50023141600000</senderCode><sendTime>2026-11-23 08:00:00+08:00</sendTime>"
        "<status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><eventType>11B03</eventType>"
        "<urgency>Unknown</urgency><severity>Orange</severity><certainty>Unknown</certainty>"
        "<effective>2026-11-23 08:00:00+08:00</effective><senderName>李</senderName>"
        "<headline>发布暴雨橙色预警</headline><description>雨</description>"
        "<area><areaDesc>县</areaDesc><geocode>500231</geocode></area></info></alert>"
    )
    assert national(good.encode()).valid
    assert old in good
    assert code in {one.code for one in national(good.replace(old, new).encode()).errors}


def test_receipts_say_whether_a_message_was_taken() -> None:
    (row,) = receipt_of(
        b"<msg><data><rows><status>1</status><error_code>7</error_code><note>x</note></rows></data></msg>"
    )
    assert (row.good, row.error_code, row.note) == (False, "7", "x")
    with pytest.raises(DecodeError):
        receipt_of(b"<msg/>")
