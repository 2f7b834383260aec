"""Can anything personal reach a public answer, and can a small number be reckoned back?"""

import json
from dataclasses import asdict, fields
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.cases.model.chart import Situation
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.slip import ALPHABET, code_of, contact_of, derived, hash_of
from mudan.core.cases.model.told import PLAIN, Told, shown, struck, told
from mudan.core.cases.model.words import Case, CaseEvent
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text
from tests.database import START

MARKED = st.text("甲乙丙丁戊己庚辛壬癸abcxyz<>&'\"", min_size=3, max_size=12).map(lambda words: f"¤{words}¤")
# What a reporter sees of a case; a field that is added here has been thought about.
TOLD = {
    "number", "class_title", "town", "example", "state", "step", "stage", "stages", "expected_at", "late", "paused",
    "answer", "answered", "closed", "ended", "reopened", "can",
}  # fmt: skip


def test_what_is_told_has_these_fields_and_no_other() -> None:
    assert {one.name for one in fields(Told)} == TOLD


@given(secrets=st.lists(MARKED, min_size=9, max_size=9, unique=True), state=st.sampled_from(list(PLAIN)))
def test_no_personal_word_of_a_case_reaches_its_public_projection(secrets: list[str], state: str) -> None:
    name, phone, text, title, address, household, clerk, note, reason = secrets
    now = Situation(state, "public", owner=clerk, sent_to=uuid4(), handlers=frozenset({uuid4()}))
    case = Case(
        id=uuid4(), space=0, area_code="371702101", number="RX20261123-0001", type="hotline", type_version=1,
        class_code="0201", title=title, text=text, form={"household": household}, address=address, lon=115.481234,
        lat=35.241234, alarm_id=None, situation=now, main_number=None, owner_name=Text(clerk, clerk), rule=clerk,
        lamp="green", next_due_at=None, created_at=START, created_by=name, closed_at=None, ended_at=None, version=3,
    )  # fmt: skip
    history = [
        CaseEvent(1, START, "report", "reported", "reported", name, Text(title, title), {"owner": clerk}),
        CaseEvent(2, START, "return", "handling", "dispatching", clerk, Text(f"回退：{reason}", reason), {"x": note}),
        CaseEvent(3, START, "words", "handling", "handling", name, Text(f"反映人补充：{note}", note), {}),
        CaseEvent(4, START, "answer", "handling", "answered", clerk,
                  Text(f"反馈：请 {name} 拨 {phone} 或 138 0000-1111、a.b@c.org", ""), {}),
    ]  # fmt: skip
    said = told(case, HOTLINE, (), history, Text("沙土镇", "Shatu"), [name, phone], START + timedelta(1))
    spoken = json.dumps(asdict(said), ensure_ascii=False, default=str)
    for secret in (*secrets, "115.48", "35.24", "1380", "0000-1111", "a.b@c.org"):
        assert secret not in spoken
    assert said.answer.startswith("请 ＊＊ 拨 ＊＊")


@given(st.text(max_size=80))
def test_striking_leaves_no_long_number(words: str) -> None:
    assert "13800001111" not in struck(words + "电话13800001111。", ())


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 30), max_size=8))
def test_a_small_number_is_never_shown_nor_left_to_be_reckoned_back(counts: dict[str, int]) -> None:
    found = shown(counts)
    assert all(count is None or count == 0 or count >= 5 for count in found.values())
    assert {name: count for name, count in found.items() if count is not None}.items() <= counts.items()
    hidden = [name for name, count in found.items() if count is None]
    others = [count for count in counts.values() if count >= 5]
    assert len(hidden) != 1 or not others


@given(st.uuids(), st.uuids())
def test_codes_belong_to_their_entries_and_tell_nothing_of_them(one: object, other: object) -> None:
    key = b"k" * 32
    first, second = code_of(key, one), code_of(key, other)  # type: ignore[arg-type]  # st.uuids gives UUIDs
    assert (first == second) == (one == other)
    assert set(first) <= set(ALPHABET) | {"-"}
    assert len(first) == 14
    assert hash_of(first) == hash_of(" " + first.lower().replace("-", " "))
    assert derived("case", one) != derived("slip", one)  # type: ignore[arg-type]  # as above
    assert code_of(b"q" * 32, one) != first  # type: ignore[arg-type]  # as above


def test_where_to_tell_is_a_number_or_an_address() -> None:
    assert contact_of(" +86 138-0000-1111 ") == ("text", "13800001111")
    assert contact_of("li@example.org") == ("mail", "li@example.org")
    assert contact_of("  ") == ("", "")
    for wrong in ("12", "<script>", "a@b", "１３８００００１１１１", "1' or '1'='1", "x" * 5000 + "@a.org"):
        with pytest.raises(Invalid) as refused:
            contact_of(wrong)
        assert refused.value.field == "contact"
