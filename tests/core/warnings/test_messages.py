"""Is what goes out a good CAP message, whatever people write into it?"""

import os
import warnings as python_warnings
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mudan import playbooks
from mudan.core.plans.model.reading import plan_of
from mudan.core.warnings.model.cap import Key, MsgType, Status
from mudan.core.warnings.model.cap_read import read
from mudan.core.warnings.model.content import Content, lacks, message_parts, parsed, stored, text_message
from mudan.core.warnings.model.difference import changes
from mudan.core.warnings.model.from_plan import content_of
from mudan.core.warnings.model.geometry import Circle
from mudan.core.warnings.model.message import cancelling, document_of, identifier_of, message_of, preview_key
from mudan.core.warnings.model.sealing import made_keys, sealed_document
from mudan.core.warnings.model.signature import Seal, sealed
from mudan.core.warnings.model.templates import SHIPPED, Slot, Template, filled, template_named
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from tests.core.warnings.words import ISSUER, RING, content
from tests.database import START

CAPTURES = Path(os.environ.get("MUDAN_CAPTURES", Path(__file__).parents[4] / "shared" / "frames"))
KEY = preview_key(ISSUER, START)
BEFORE = Key(
    KEY.sender, identifier_of(ISSUER.code, START - timedelta(hours=1), 1), START - timedelta(hours=1)
)
CAP = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(CAPTURES / "cap" / "schema" / "CAP-v1.2-os.xsd"))


def _document(words: Content, status: Status = Status.ACTUAL, msg_type: MsgType = MsgType.ALERT) -> bytes:
    earlier = [] if msg_type is MsgType.ALERT else [BEFORE]
    return document_of(message_of(words, KEY, status, msg_type, earlier))


@pytest.mark.parametrize("status", [Status.ACTUAL, Status.EXERCISE, Status.TEST])
@pytest.mark.parametrize("msg_type", [MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL])
def test_every_kind_of_message_fits_the_schema_signed_and_unsigned(
    schema: etree.XMLSchema, status: Status, msg_type: MsgType
) -> None:
    words = content(note="因降雨停止", onset=START + timedelta(hours=1))
    document = _document(words, status, msg_type)
    signed = sealed_document(document, made_keys("t", START))
    for one in (document, signed):
        schema.assertValid(etree.fromstring(one))


@pytest.mark.parametrize("template", SHIPPED, ids=lambda one: one.name)
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_every_shipped_template_gives_a_message_that_fits(
    schema: etree.XMLSchema, template: Template, level: int
) -> None:
    kinds = {"text": "某地", "number": 12, "time": START}
    values = {slot.name: kinds[slot.kind] for slot in template.slots}
    words = filled(
        template, level, ISSUER.name, Text("沙土镇", "Shatu"), values, START, geocodes=("371702101",)
    )
    assert lacks(words, Status.ACTUAL, MsgType.ALERT, START) == ()
    said = [words.headline, words.description, words.instruction]
    assert not any("{" in text.zh + text.en for text in said)
    schema.assertValid(etree.fromstring(_document(words)))


NASTY = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=80,
)


@given(
    NASTY
    | st.sampled_from(
        ["<script>alert(1)</script>", "a & b", "]]>", "<![CDATA[x]]>", "&amp;", "\"'", "<!DOCTYPE a>"]
    )
)
def test_words_stay_words(said: str) -> None:
    words = content()
    made = replace(words, description=Text(said, said + "."), headline=Text(said, said + "."))
    root = etree.fromstring(_document(made))
    assert [one.text for one in root.findall(".//c:description", CAP)] in (
        [said.strip(), (said + ".").strip()],
        [None],
        [(said + ".").strip()],
    )
    assert {etree.QName(one).localname for one in root} <= {
        "identifier", "sender", "sent", "status", "msgType", "scope", "info",
    }  # fmt: skip


def test_points_are_written_latitude_first() -> None:
    root = etree.fromstring(_document(content()))
    ring = root.findtext(".//c:polygon", "", namespaces=CAP)
    assert ring.split()[0] == "35.2,115.4"
    assert root.findtext(".//c:circle", namespaces=CAP) == "35.24,115.48 3.5"
    assert read(etree.tostring(root)).infos[0].areas[0].polygons == (RING,)


def test_identifiers_follow_the_standard_and_a_second_has_nine() -> None:
    sent = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
    assert identifier_of("50023100000000", sent, 1) == "50023100000000_20261123090000_1"
    assert len(identifier_of("50023100000000", sent, 9)) == 31
    for serial in (0, 10):
        with pytest.raises(Invalid):
            identifier_of("50023100000000", sent, serial)


def test_an_update_names_what_it_replaces() -> None:
    alert = read(_document(content(), msg_type=MsgType.UPDATE))
    assert [one.names(BEFORE) for one in alert.references] == [True]
    with pytest.raises(Invalid):
        document_of(message_of(content(), KEY, Status.ACTUAL, MsgType.UPDATE))


def test_an_exercise_says_so_in_every_headline() -> None:
    alert = read(_document(content(note="月度演练"), Status.EXERCISE))
    assert [info.headline[:4] for info in alert.infos] == ["【演练】", "EXER"]


def test_without_english_there_is_one_part() -> None:
    both = content()
    names = ("event", "headline", "description", "instruction", "area", "issuer")
    only: dict[str, Any] = {name: Text(getattr(both, name).zh, "") for name in names}
    chinese = replace(both, **only)
    assert [info.language for info in read(_document(chinese)).infos] == ["zh-CN"]
    half = replace(chinese, headline=both.headline)
    assert {lack.field for lack in lacks(half, Status.ACTUAL, MsgType.ALERT, START)} >= {
        "event",
        "description",
    }


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"polygons": (), "circles": (), "geocodes": ()}, "place"),
        ({"expires": START}, "expires"),
        ({"expires": START + timedelta(days=8)}, "expires"),
        ({"onset": START + timedelta(days=2)}, "onset"),
    ],
)
def test_what_the_law_asks_for_must_be_there(more: dict[str, Any], field: str) -> None:
    found = lacks(content(**more), Status.ACTUAL, MsgType.ALERT, START)
    assert field in {lack.field for lack in found}


def test_a_cancellation_and_an_exercise_need_a_note() -> None:
    words = content()
    assert lacks(words, Status.ACTUAL, MsgType.ALERT, START) == ()
    assert [one.field for one in lacks(words, Status.EXERCISE, MsgType.ALERT, START)] == ["note"]
    assert [one.field for one in lacks(words, Status.ACTUAL, MsgType.CANCEL, START)] == ["note"]
    ended = cancelling(words, "雨停")
    assert lacks(ended, Status.ACTUAL, MsgType.CANCEL, START) == ()
    assert {one.field for one in changes(words, ended)} >= {"headline", "description", "note", "responses"}


def test_json_gives_back_the_same_words() -> None:
    words = content(onset=START + timedelta(minutes=5), note="n", text_message="t", web="https://x.example/a")
    assert parsed(stored(words)) == words
    assert changes(words, words) == ()


@pytest.mark.parametrize(
    "broken",
    [
        {"level": 5}, {"event_type": "flood"}, {"web": "javascript:alert(1)"}, {"geocodes": ["12"]},
        {"headline": {"zh": "x" * 161, "en": ""}}, {"headline": "x"}, {"expires": "2026-11-23T09:00:00"},
        {"description": {"zh": "a\x00b", "en": ""}}, {"polygons": [[[1, 2], [3, 4]]]}, {"category": "Rain"},
        {"polygons": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, {"circles": [{"lon": 1, "lat": 91, "radius_km": 1}]},
        {"circles": [{"lon": 1, "lat": 1, "radius_km": 0}]}, {"polygons": [[[float("nan"), 0], [1, 1], [1, 0]]]},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        parsed(stored(content()) | broken)


def test_a_value_is_put_in_once_and_never_run() -> None:
    values = {"place": "{substance}", "substance": "{place.__class__}", "downwind": "{until}"}
    circle = Circle(Point(1, 2), 1)
    words = filled(
        template_named("gas_leak"), 1, ISSUER.name, Text("城区", "town"), values, START, circles=(circle,)
    )
    assert words.headline.zh.endswith("{substance}发生{place.__class__}泄漏")
    assert "{until}" in words.description.zh
    assert "有效期至11月23日12:00" in words.description.zh


@pytest.mark.parametrize(
    "values", [{}, {"hours": "6", "rain": 1}, {"hours": 6, "rain": 1, "more": 1}, {"hours": True, "rain": 1}]
)
def test_values_are_held_to_their_kind(values: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        filled(template_named("flash_flood"), 2, ISSUER.name, Text("a", "a"), values, START)


def test_a_template_declares_what_it_names() -> None:
    with pytest.raises(Invalid):
        replace(SHIPPED[0], slots=(Slot("hours", Text("", "")),))


def test_the_length_of_a_text_message_is_counted_as_gateways_count() -> None:
    chinese = {70: 1, 71: 2, 134: 2, 135: 3}
    assert {signs: message_parts("好" * signs) for signs in chinese} == chinese
    assert [message_parts(words) for words in ("", "a" * 160, "a" * 161, "😀" * 35, "😀" * 36)] == [
        0,
        1,
        2,
        1,
        2,
    ]
    assert text_message(content()).startswith("【牡丹区应急管理局】发布黄色预警：沙土镇")
    assert text_message(content(text_message=" 快走 ")) == "快走"


def test_a_sealed_message_is_whole_or_is_found_out() -> None:
    keys = made_keys("牡丹", START)
    signed = sealed_document(_document(content()), keys)
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")  # the machine's own certificates are not what is tried here
        assert sealed(signed, START, (keys.certificate,)).seal is Seal.VALID
        assert (
            sealed(signed.replace("沙土".encode(), "吴店".encode()), START, (keys.certificate,)).seal
            is not Seal.VALID
        )
        other = made_keys("别人", START)
        assert sealed(signed, START, (other.certificate,)).seal is not Seal.VALID


def test_every_warning_that_the_plans_prepare_becomes_a_message(schema: etree.XMLSchema) -> None:
    plans = [plan_of(text) for text in playbooks.texts().values()]
    drafts = [one for plan in plans for level in plan.levels for one in level.warnings]
    assert drafts
    for draft in drafts:
        words = content_of(draft, ISSUER.name, Text("沙土镇", "Shatu"), START, geocodes=("371702101",))
        schema.assertValid(etree.fromstring(_document(words)))
        assert lacks(words, Status.ACTUAL, MsgType.ALERT, START) == ()
