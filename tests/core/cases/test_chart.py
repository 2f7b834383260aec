"""Can a case reach a state that nobody may bring it to, by any hands in any order?"""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.core.cases.model.chart import SOURCES, UNSEEN, Deed, Hand, Situation, after, decide, possible
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.standard import CLOSED, TRANSITIONS
from mudan.core.cases.model.types import LEVELS
from mudan.primitives.errors import Conflict, Invalid, NotAllowed

REFUSALS = (Conflict, Invalid, NotAllowed)
PERSONS = [UUID(int=number) for number in range(1, 8)]
DESK, OTHER_DESK = Hand(PERSONS[0], "dispatcher"), Hand(PERSONS[1], "duty_officer")
LEADER = Hand(PERSONS[2], "leader")
WATER, FIRE = (Hand(PERSONS[n], "department_liaison", frozenset({d})) for n, d in ((3, "water"), (4, "fire")))
CREW, WALKER = (Hand(PERSONS[n], "field_worker", frozenset({d})) for n, d in ((5, "water"), (6, "grid")))
HANDS = [DESK, OTHER_DESK, LEADER, WATER, FIRE, CREW, WALKER, Hand(None, "system"), Hand(None, "reporter")]
EVENTS = sorted({way.name for way in TRANSITIONS})
OWNED = ("assigned", "handling", "on_account", "answered", "checking")

deeds = st.builds(
    Deed,
    st.sampled_from(EVENTS),
    reason=st.sampled_from(["", "有原因"]),
    note=st.sampled_from(["", "电话告知"]),
    owner=st.sampled_from([None, "water", "fire"]),
    partners=st.sampled_from([frozenset(), frozenset({"fire"}), frozenset({"grid"})]),
    main=st.sampled_from([None, UUID(int=99)]),
    answer=st.sampled_from([None, "satisfied", "nonsense"]),
    person=st.sampled_from([None, CREW.person, WALKER.person]),
    doubts=st.integers(0, 2),
    looked=st.booleans(),
)


def done(now: Situation, deed: Deed, hand: Hand) -> Situation:
    """How the case stands after a deed."""
    return after(HOTLINE, now, decide(HOTLINE, now, deed, hand), deed, hand)


def walked(source: str, *steps: tuple[Hand, str] | tuple[Hand, str, dict[str, Any]]) -> Situation:
    """A case that has gone so far."""
    now = Situation("reported", source)
    for hand, event, *more in steps:
        given: dict[str, Any] = {"reason": "有原因"} | (more[0] if more else {})
        now = done(now, Deed(event, **given), hand)
    return now


OWNER, SENT = {"owner": "water"}, {"person": WALKER.person}
TO_WATER = ((DESK, "accept"), (DESK, "open"), (DESK, "dispatch", OWNER))
TO_CHECK = (*TO_WATER, (WATER, "sign"), (CREW, "answer"), (DESK, "check", SENT))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(SOURCES), st.data())
def test_no_path_leads_to_a_forbidden_state(source: str, data: st.DataObject) -> None:
    """Only steps that are possible are drawn, so that paths go deep; what is refused is tried beside them."""
    now, path = Situation("reported", source), ["reported"]
    worked: set[UUID | None] = set()
    owners: set[str] = set()
    for _ in range(data.draw(st.integers(10, 40))):
        hand = data.draw(st.sampled_from(HANDS))
        names = possible(HOTLINE, now, hand)
        if not names:
            continue
        deed = replace(data.draw(deeds), event=data.draw(st.sampled_from(names)))
        try:
            new = done(now, deed, hand)
        except REFUSALS:
            continue
        way = decide(HOTLINE, now, deed, hand)
        _nothing_forbidden(now, new, way, hand, worked, owners, path)
        if "handles" in way.effects:
            worked.add(hand.person)
            owners.add(now.owner or "")
        if "closes" in way.effects:
            assert not now.flags or deed.looked or deed.reason
            assert new.flags == deed.doubts
        assert new.flags >= deed.doubts
        path.append(new.state)
        now = new


def _nothing_forbidden(
    now: Situation, new: Situation, way: Any, hand: Hand, worked: set[Any], owners: set[str], path: list[str]
) -> None:
    if new.source in UNSEEN and HOTLINE.stage(new.state).step >= 3:
        assert new.verified
        assert "verifying" in path
    if new.state in CLOSED and now.state not in CLOSED:
        assert now.state == "checking" or new.forced
    if way.name in ("pass", "fail", "call_back", "force_close", "finish"):
        assert hand.person not in worked
        assert not (hand.departments or set()) & owners
    assert (new.owner is not None) >= (new.state in OWNED)
    assert new.owner not in new.partners
    assert set(new.levels) <= set(LEVELS)
    if new.state in ("dispatching", "filing", "void", "refused", "merged"):
        assert "extension" not in new.asked
        assert "account" not in new.asked
    assert (new.state == "merged") == (new.main is not None)


@given(st.sampled_from(sorted({stage.name for stage in HOTLINE.stages})), deeds, st.sampled_from(HANDS))
def test_what_the_chart_does_not_name_is_refused_and_what_it_calls_possible_is(
    state: str, deed: Deed, hand: Hand
) -> None:
    now = Situation(state, "collector", verified=True, owner="water", main=UUID(int=9))
    named = any(way.name == deed.event and state in way.origins for way in TRANSITIONS)
    try:
        done(now, deed, hand)
    except Conflict:
        return
    except (Invalid, NotAllowed):
        assert named
        return
    assert named
    assert deed.event in possible(HOTLINE, now, hand)


def test_a_report_of_the_public_is_seen_before_it_is_opened_and_a_collectors_is_not() -> None:
    assert walked("collector", (DESK, "accept"), (DESK, "open")).state == "dispatching"
    with pytest.raises(Conflict, match="seen in the field"):
        walked("public", (DESK, "accept"), (DESK, "open"))
    seen = walked("public", (DESK, "verify", SENT), (WALKER, "confirm"), (DESK, "open"))
    assert (seen.state, seen.verified) == ("dispatching", True)
    assert walked("public", (DESK, "verify", SENT), (WALKER, "disprove")).state == "refused"


def test_who_handled_it_or_whose_department_did_never_checks_it() -> None:
    now = walked("collector", *TO_CHECK)
    for hand in (CREW, replace(WALKER, departments=frozenset({"water"})), Hand(CREW.person, "dispatcher")):
        for event in ("pass", "fail"):
            with pytest.raises(NotAllowed, match="does not check"):
                done(now, Deed(event, "有原因"), hand)
    assert done(now, Deed("pass"), WALKER).state == "evaluating"
    by_desk = walked("collector", *TO_WATER, (DESK, "sign"), (DESK, "answer"), (DESK, "check"))
    with pytest.raises(NotAllowed):
        done(by_desk, Deed("pass"), DESK)
    assert done(by_desk, Deed("pass"), OTHER_DESK).state == "evaluating"


def test_only_who_was_sent_there_says_what_it_looks_like_or_the_desk_by_camera() -> None:
    now = walked("public", (DESK, "verify", SENT))
    other = Hand(UUID(int=51), "field_worker", frozenset({"grid"}))
    with pytest.raises(NotAllowed, match="somebody else"):
        done(now, Deed("confirm"), other)
    assert done(now, Deed("confirm"), OTHER_DESK).sent_to is None
    with pytest.raises(Invalid, match="does not check"):
        done(walked("collector", *TO_CHECK[:-1]), Deed("check", person=CREW.person), DESK)


def test_a_department_that_handled_it_once_does_not_check_it_after_it_went_to_another() -> None:
    again = walked(
        "collector", *TO_WATER, (WATER, "sign"), (WATER, "return"), (DESK, "dispatch", {"owner": "fire"}),
        (FIRE, "sign"), (FIRE, "answer"), (DESK, "check"),
    )  # fmt: skip
    assert (again.returned, again.owner, again.past_owners) == (1, "fire", frozenset({"water", "fire"}))
    with pytest.raises(NotAllowed):
        done(again, Deed("pass"), CREW)


def test_a_failed_check_is_rework_and_the_case_is_checked_again() -> None:
    now = walked(
        "collector", *TO_CHECK, (WALKER, "fail"), (CREW, "answer"), (DESK, "check", SENT), (WALKER, "pass")
    )
    assert (now.state, now.reworked) == ("evaluating", 1)


def test_only_heads_force_a_case_to_close_and_never_without_a_reason() -> None:
    now = walked("collector", *TO_WATER)
    with pytest.raises(NotAllowed):
        done(now, Deed("force_close", "无法处置"), DESK)
    with pytest.raises(Invalid):
        done(now, Deed("force_close", " "), LEADER)
    closed = done(now, Deed("force_close", "无法处置"), LEADER)
    assert (closed.state, closed.forced) == ("evaluating", True)


@pytest.mark.parametrize(
    ("ask", "grant", "refuse", "after_grant"),
    [
        ("ask_extension", "grant_extension", "refuse_extension", "handling"),
        ("ask_account", "grant_account", "refuse_account", "on_account"),
    ],
)
def test_who_asks_does_not_decide_and_asks_once(ask: str, grant: str, refuse: str, after_grant: str) -> None:
    now = walked("collector", *TO_WATER, (WATER, "sign"))
    with pytest.raises(Conflict, match="asked"):
        done(now, Deed(grant), OTHER_DESK)
    asked = done(now, Deed(ask, "待料"), WATER)
    with pytest.raises(Conflict, match="waits"):
        done(asked, Deed(ask, "待料"), CREW)
    by_desk = done(now, Deed(ask, "待料", "部门来电"), OTHER_DESK)
    with pytest.raises(NotAllowed):
        done(by_desk, Deed(grant), OTHER_DESK)
    assert done(asked, Deed(grant), OTHER_DESK).state == after_grant
    again = done(asked, Deed(refuse, "不必"), OTHER_DESK)
    assert (again.state, dict(again.asked)) == ("handling", {})


def test_a_question_lapses_when_the_case_goes_where_nobody_can_answer_it() -> None:
    now = walked("collector", *TO_WATER, (WATER, "sign"), (WATER, "ask_extension"), (WATER, "return"))
    assert dict(now.asked) == {}


def test_supervision_is_answered_by_the_owner_and_may_come_again() -> None:
    now = walked("collector", *TO_WATER, (LEADER, "supervise"), (Hand(None, "system"), "supervise"))
    assert now.supervised == 2
    with pytest.raises(NotAllowed):
        done(now, Deed("reply", "已在办"), FIRE)
    assert dict(done(now, Deed("reply", "已在办"), WATER).asked) == {}


def test_several_departments_handle_one_case_and_none_of_them_checks_it() -> None:
    now = walked("collector", *TO_WATER, (DESK, "join", {"partners": frozenset({"fire", "water"})}))
    assert now.partners == {"fire"}
    answered = done(done(now, Deed("sign"), FIRE), Deed("answer"), FIRE)
    with pytest.raises(NotAllowed):
        done(
            done(answered, Deed("check"), DESK),
            Deed("pass"),
            Hand(UUID(int=50), "field_worker", frozenset({"fire"})),
        )
    with pytest.raises(Invalid):
        done(now, Deed("join", partners=frozenset({"water"})), DESK)


def test_a_case_goes_up_down_and_back_between_the_levels_and_not_beyond() -> None:
    now = walked("collector", (DESK, "accept"), (DESK, "open"), (DESK, "delegate"), (DESK, "delegate"))
    assert now.levels == ("county", "town", "village")
    with pytest.raises(Conflict, match="level"):
        done(now, Deed("delegate"), DESK)
    back = done(now, Deed("hand_back", "非本村"), DESK)
    assert back.level == "town"
    up = done(done(back, Deed("escalate", "需县级"), DESK), Deed("escalate", "需市级"), DESK)
    assert up.level == "city"
    with pytest.raises(Conflict):
        done(up, Deed("escalate", "再上"), DESK)
    with pytest.raises(Conflict):
        done(walked("collector", (DESK, "accept"), (DESK, "open")), Deed("hand_back", "退"), DESK)


def test_the_reporter_reopens_and_an_archive_says_why_nobody_was_called() -> None:
    closed = walked("collector", *TO_CHECK, (WALKER, "pass"))
    with pytest.raises(Invalid, match="call back"):
        done(closed, Deed("finish"), DESK)
    with pytest.raises(Invalid):
        done(closed, Deed("call_back", answer="nonsense"), DESK)
    rated = done(closed, Deed("call_back", answer="satisfied"), DESK)
    archived = done(rated, Deed("finish"), DESK)
    assert (archived.state, archived.answer) == ("archived", "satisfied")
    reopened = done(archived, Deed("reopen", "又出现"), Hand(None, "reporter"))
    assert (reopened.state, reopened.reopened, reopened.owner) == ("dispatching", 1, None)
    assert done(closed, Deed("finish", "三次未接"), DESK).state == "archived"


def test_a_refusal_can_be_looked_at_again_and_a_merging_undone() -> None:
    refused = walked("public", (DESK, "accept"), (DESK, "refuse"))
    assert done(refused, Deed("review", "有新照片"), Hand(None, "reporter")).state == "filing"
    merged = walked("public", (DESK, "accept"), (DESK, "merge", {"main": UUID(int=9)}))
    assert merged.main == UUID(int=9)
    assert done(merged, Deed("separate", "不是同一处"), DESK).main is None
    with pytest.raises(Invalid):
        walked("public", (DESK, "merge"))


def test_an_appeal_is_made_by_the_owner_and_decided_by_a_head() -> None:
    closed = walked("collector", *TO_CHECK, (WALKER, "pass"))
    with pytest.raises(NotAllowed):
        done(closed, Deed("appeal", "当日断电"), FIRE)
    asked = done(closed, Deed("appeal", "当日断电"), WATER)
    assert done(asked, Deed("uphold"), LEADER).upheld
    assert not done(asked, Deed("dismiss", "依据不足"), LEADER).upheld
    with pytest.raises(NotAllowed):
        done(asked, Deed("uphold"), DESK)


def test_the_desk_speaks_for_a_department_only_when_it_says_so() -> None:
    now = walked("collector", *TO_WATER)
    with pytest.raises(Invalid, match="who reported"):
        done(now, Deed("sign"), DESK)
    assert done(now, Deed("sign", note="电话签收"), DESK).state == "handling"
