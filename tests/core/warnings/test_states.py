"""Can a warning get into a state, or through a hand, that the chart forbids?"""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.people.model import Role
from mudan.core.warnings.model.cap import MsgType, Status
from mudan.core.warnings.model.states import (
    BY_PEOPLE,
    OPEN,
    Move,
    Standing,
    State,
    Who,
    in_force,
    may_follow,
    moved,
    moves,
    refusal,
    sandboxed,
)
from mudan.primitives.errors import Conflict, NotAllowed

ROLES = st.sampled_from(Role)
PEOPLE = [uuid4() for _ in range(4)]
WHO = st.builds(Who, st.sampled_from(PEOPLE), ROLES, st.booleans(), st.booleans())
STEPS = st.lists(st.tuples(st.sampled_from(Move), WHO), max_size=30)


@given(STEPS, st.integers(1, 4), st.sampled_from([MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL]))
def test_no_way_leads_out_without_two_people_and_a_leader_where_needed(
    steps: list[tuple[Move, Who]], level: int, msg_type: MsgType
) -> None:
    author, state = PEOPLE[0], State.DRAFT
    checker: UUID | None = None
    approver: Who | None = None
    for move, who in steps:
        standing = Standing(state, msg_type, level, author)
        if move in BY_PEOPLE and refusal(standing, move, who) is not None:
            continue
        try:
            after = moved(state, move)
        except Conflict:
            continue
        if move is Move.CHECK:
            checker = who.person
        if move is Move.APPROVE:
            approver = who
        if move is Move.RETURN:
            checker, approver = None, None
        if state not in OPEN:
            assert state is State.SENT
            assert after in (State.UPDATED, State.CANCELLED, State.EXPIRED)
        state = after
        if state is State.SENT:
            assert checker not in (None, author)
            assert approver is not None
            assert approver.approves
            assert approver.person != author
            assert level > 2 or approver.role is Role.LEADER


@pytest.mark.parametrize("ended", [State.UPDATED, State.CANCELLED, State.EXPIRED, State.WITHDRAWN])
@pytest.mark.parametrize("move", Move)
def test_what_has_ended_stays_ended(ended: State, move: Move) -> None:
    with pytest.raises(Conflict):
        moved(ended, move)


def test_the_offered_moves_are_those_that_are_taken() -> None:
    author = Who(PEOPLE[0], Role.DISPATCHER, writes=True, approves=False)
    officer = Who(PEOPLE[1], Role.DUTY_OFFICER, writes=True, approves=True)
    leader = Who(PEOPLE[2], Role.LEADER, writes=False, approves=True)
    draft = Standing(State.DRAFT, MsgType.ALERT, 2, PEOPLE[0])
    checked = Standing(State.CHECKED, MsgType.ALERT, 2, PEOPLE[0])
    assert moves(draft, author) == (Move.EDIT, Move.WITHDRAW)
    assert moves(draft, officer) == (Move.EDIT, Move.CHECK, Move.WITHDRAW)
    assert Move.APPROVE not in moves(checked, officer)
    assert Move.APPROVE in moves(checked, leader)
    assert isinstance(refusal(checked, Move.APPROVE, officer), NotAllowed)
    assert moves(checked, Who(PEOPLE[3], Role.AUDITOR, writes=False, approves=False)) == ()


def test_only_what_warns_and_is_in_force_is_followed() -> None:
    for state in State:
        for msg_type in (MsgType.ALERT, MsgType.UPDATE, MsgType.CANCEL):
            standing = Standing(state, msg_type, 3, PEOPLE[0])
            expected = state is State.SENT and msg_type is not MsgType.CANCEL
            assert may_follow(standing, MsgType.UPDATE) is may_follow(standing, MsgType.CANCEL) is expected
            assert in_force(state, msg_type) is expected
            assert not may_follow(standing, MsgType.ALERT)


def test_only_a_real_message_of_reality_leaves_the_sandbox() -> None:
    leaving = {
        (status, space)
        for status in (Status.ACTUAL, Status.EXERCISE, Status.TEST)
        for space in (0, 7)
        if not sandboxed(status, space)
    }
    assert leaving == {(Status.ACTUAL, 0)}
