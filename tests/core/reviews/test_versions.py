"""Is a review kept in versions, signed by a second person, and compared line by line?"""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.people.model import Actor, Role
from mudan.core.reviews.model import (
    SIGNERS,
    Version,
    check_open,
    check_signer,
    compared,
    next_number,
    state_of,
)
from mudan.primitives.errors import Conflict, Invalid, MudanError, NotAllowed
from mudan.primitives.paper import Block, Facts, Heading, Paper, Table, Words, plain
from mudan.primitives.text import Text
from tests.core.county import actor
from tests.database import START

PEOPLE = tuple(actor(role) for role in (Role.DUTY_OFFICER, Role.LEADER, Role.DUTY_OFFICER))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("keep", "sign")), st.sampled_from(PEOPLE), st.sampled_from(SIGNERS), st.booleans()
    )
)


def _version(number: int, by: UUID, role: str) -> Version:
    return Version(
        uuid4(), "incident", uuid4(), number, START, "甲", by, "", role, "0" * 64, None, "", None, ""
    )  # fmt: skip


@given(STEPS)
def test_no_way_leads_to_a_signature_of_one_person_alone_or_to_a_change_of_what_is_signed(
    steps: list[tuple[str, Actor, Role, bool]],
) -> None:
    versions: list[Version] = []
    for step, who, role, reason in steps:
        signed = [one for one in versions if one.signed_at is not None]
        try:
            if step == "keep":
                number = next_number(versions, len(versions), "因故" if reason else " ", role)
                versions.append(_version(number, who.person, role))
            else:
                version = check_signer(versions, len(versions), who)
                versions[-1] = replace(version, signed_at=START, signed_by_id=who.person)
        except MudanError:
            continue
        assert [one.number for one in versions] == list(range(1, len(versions) + 1))
        assert all(one in versions for one in signed)
        assert all(one.signed_by_id != one.made_by_id for one in versions)
        if state_of(versions) == "signed":
            with pytest.raises(Conflict):
                check_open(versions)


def test_who_signs_is_of_the_named_role() -> None:
    maker, leader, officer = PEOPLE
    versions = [_version(1, maker.person, Role.LEADER)]
    with pytest.raises(NotAllowed):
        check_signer(versions, 1, officer)
    assert check_signer(versions, 1, leader).number == 1
    with pytest.raises(Conflict):
        check_signer(versions, 2, leader)
    with pytest.raises(Invalid):
        next_number(versions, 1, "", Role.FIELD_WORKER)


def _paper(*blocks: Block) -> Paper:
    return Paper(plain("题"), plain("副"), "AAR-1", START, blocks)


def test_papers_differ_by_the_lines_that_only_one_of_them_has() -> None:
    head = (plain("时间"),)
    old = _paper(
        Facts(((plain("级别"), plain("2")), (Text("数据截至", "Data until"), plain("9 时")))),
        Heading(plain("时间线")), Table(head, ((plain("立案"),), (plain("派单"),))),
        Heading(plain("叫应")), Words(plain("没有记录")),
    )  # fmt: skip
    new = _paper(
        Facts(((plain("级别"), plain("1")), (Text("数据截至", "Data until"), plain("10 时")))),
        Heading(plain("时间线")), Table(head, ((plain("立案"),), (plain("派单"),), (plain("派单"),))),
        Heading(plain("叫应")), Words(plain("没有记录")),
    )  # fmt: skip
    found = [(one.section.zh, one.kind, one.cells[-1].zh) for one in compared(old, new)]
    assert found == [("概况", "removed", "2"), ("概况", "added", "1"), ("时间线", "added", "派单")]
    assert compared(old, old) == []
