"""Does the checker name every fault of a case type, and is the example without one?"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from mudan.core.cases.model.clocks import Limit, Measure
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.faults import faults
from mudan.core.cases.model.known import known_types, type_named
from mudan.core.cases.model.standard import STAGES, TRANSITIONS
from mudan.core.cases.model.types import (
    Answer,
    CaseClass,
    CaseType,
    ClockSpec,
    Field,
    Metric,
    Proof,
    Stage,
    Transition,
)
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text

WORD = Text("词", "word")
DAY = Limit(Fraction(1), Measure.WORKING_DAYS)


def with_way(**more: object) -> CaseType:
    """The example with one more way, `more` being what is odd about it."""
    given: dict[str, object] = {
        "name": "odd", "title": WORD, "origins": ("handling",), "to": "answered", "roles": ("dispatcher",), **more,
    }  # fmt: skip
    return replace(HOTLINE, transitions=(*TRANSITIONS, Transition(**given)))  # type: ignore[arg-type] # made odd


def changed(name: str, **more: object) -> CaseType:
    """The example with one of its ways changed."""
    ways = tuple(replace(way, **more) if way.name == name else way for way in TRANSITIONS)  # type: ignore[arg-type] # odd
    return replace(HOTLINE, transitions=ways)


def without(*names: str) -> CaseType:
    """The example without some of its ways."""
    return replace(HOTLINE, transitions=tuple(way for way in TRANSITIONS if way.name not in names))


def test_the_shipped_types_are_whole_and_marked_as_examples() -> None:
    for one in known_types():
        assert faults(one) == ()
        assert one.example
        assert "示例" in one.title.zh
    assert type_named("hotline") is HOTLINE
    with pytest.raises(NotFound):
        type_named("nothing")


FAULTY: list[tuple[str, str, Callable[[], CaseType]]] = [
    ("prefix", "hotline", lambda: replace(HOTLINE, prefix="rx")),
    ("twice", "stage filing", lambda: replace(HOTLINE, stages=(*STAGES, STAGES[2]))),
    ("twice", "way answer from handling", lambda: with_way(name="answer")),
    ("unknown_stage", "first", lambda: replace(HOTLINE, first="nowhere")),
    ("unknown_stage", "transition odd", lambda: with_way(to="nowhere")),
    ("unknown_stage", "transition odd", lambda: with_way(origins=("nowhere",))),
    ("step", "stage odd", lambda: replace(HOTLINE, stages=(*STAGES, Stage("odd", WORD, 9, ended=True)))),
    ("unreachable_stage", "stage odd", lambda: replace(HOTLINE, stages=(*STAGES, Stage("odd", WORD, 3, ended=True)))),
    ("unreachable_stage", "stage checking", lambda: without("check")),
    ("dead_end", "stage evaluating", lambda: without("finish", "reopen")),
    ("no_origin", "transition odd", lambda: with_way(origins=())),
    ("no_role", "transition odd", lambda: with_way(roles=())),
    ("unknown_role", "transition odd", lambda: with_way(roles=("king",))),
    ("unknown_guard", "transition odd", lambda: with_way(guards=("moon",))),
    ("unknown_effect", "transition odd", lambda: with_way(effects=("magic",))),
    ("handler_checks", "transition pass", lambda: changed("pass", guards=())),
    ("handler_checks", "transition call_back", lambda: changed("call_back", guards=())),
    ("opens_unseen", "transition open", lambda: changed("open", guards=())),
    ("no_reason", "transition return", lambda: changed("return", reason=False)),
    ("no_reason", "transition refuse", lambda: changed("refuse", reason=False)),
    ("no_reason", "transition force_close", lambda: changed("force_close", reason=False)),
    ("no_guard", "transition delegate", lambda: changed("delegate", guards=())),
    ("unanswered", "question odd", lambda: with_way(asks="odd")),
    ("unasked", "question odd", lambda: with_way(settles="odd")),
    ("no_class", "hotline", lambda: replace(HOTLINE, classes=())),
    ("class_code", "class 0000", lambda: replace(HOTLINE, classes=(CaseClass("0000", WORD),))),
    ("class_code", "class 0501", lambda: replace(HOTLINE, classes=(*HOTLINE.classes, CaseClass("0501", WORD)))),
    ("distance", "class 05", lambda: replace(HOTLINE, classes=(*HOTLINE.classes, CaseClass("05", WORD, 0.0)))),
    ("unknown_kind", "field odd", lambda: replace(HOTLINE, fields=(Field("odd", WORD, "sound"),))),
    ("choices", "field odd", lambda: replace(HOTLINE, fields=(Field("odd", WORD, "choice"),))),
    ("choices", "field odd", lambda: replace(HOTLINE, fields=(Field("odd", WORD, choices=(("a", WORD),)),))),
    ("unknown_stage", "clock odd", lambda: replace(HOTLINE, clocks=(ClockSpec("odd", WORD, DAY, ("nowhere",)),))),
    ("clock_after_end", "clock odd", lambda: replace(HOTLINE, clocks=(ClockSpec("odd", WORD, DAY, ("void",)),))),
    ("unknown_class", "clock odd", lambda: replace(HOTLINE, clocks=(ClockSpec("odd", WORD, DAY, limits={"77": DAY}),))),
    ("nothing_extends", "clocks", lambda: replace(HOTLINE, clocks=(ClockSpec("odd", WORD, DAY),))),
    ("unknown_transition", "proof odd", lambda: replace(HOTLINE, proofs=(Proof("odd", WORD, "nowhere"),))),
    ("proof", "proof odd", lambda: replace(HOTLINE, proofs=(Proof("odd", WORD, "answer", 0),))),
    ("distance", "proof odd", lambda: replace(HOTLINE, proofs=(Proof("odd", WORD, "answer", near_m=0.0),))),
    ("unknown_role", "proof odd", lambda: replace(HOTLINE, proofs=(Proof("odd", WORD, "answer", roles=("selfie",)),))),
    ("recheck", "hotline", lambda: replace(HOTLINE, recheck_min=0)),
    ("answers", "answers", lambda: replace(HOTLINE, answers=())),
    ("answers", "answer odd", lambda: replace(HOTLINE, answers=(*HOTLINE.answers, Answer("odd", WORD, 120)))),
    ("unknown_count", "metric odd", lambda: replace(HOTLINE, metrics=(Metric("odd", WORD, "luck", "closed", 1, "s"),))),
    ("no_source", "metric odd", lambda: replace(HOTLINE, metrics=(Metric("odd", WORD, "closed", "closed", 1, ""),))),
    ("nobody_handles", "transitions", lambda: replace(
        HOTLINE, transitions=tuple(
            replace(way, effects=tuple(e for e in way.effects if e != "handles")) for way in TRANSITIONS
        ),
    )),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "where", "made"), FAULTY, ids=[f"{kind} {where}" for kind, where, _ in FAULTY]
)
def test_a_fault_is_named_where_it_is(kind: str, where: str, made: Callable[[], CaseType]) -> None:
    assert (kind, where) in {(fault.kind, fault.where) for fault in faults(made())}


def test_every_stage_of_the_seven_is_there() -> None:
    assert {stage.step for stage in STAGES} == set(range(1, 8))
