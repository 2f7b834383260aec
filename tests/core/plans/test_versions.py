"""Does a version come into force only through a second person, once, and stay what was approved?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.people.model import Actor, Role
from mudan.core.plans import actions, queries
from mudan.core.plans.model.finding import found
from mudan.core.plans.model.lint import Severity
from mudan.core.plans.model.reading import hash_of
from mudan.core.plans.model.states import CHART, moved
from mudan.primitives.errors import Conflict, Invalid, MudanError, NotAllowed, NotFound
from mudan.storage.pool import Connection
from tests.core.county import actor, later
from tests.core.plans.bench import small
from tests.database import COUNTY, OTHER_TOWN, START

pytestmark = pytest.mark.anyio
SLUG = "small-flood"


async def made(connection: Connection, author: Actor) -> queries.Approved:
    """The small plan, written by one person and approved by another."""
    first = await actions.create(connection, author, START, small())
    checked = await actions.move(connection, author, START, SLUG, 1, "submit", revision=first.revision)
    await actions.move(
        connection, actor(Role.LEADER), later(60), SLUG, 1, "approve", revision=checked.revision
    )
    return await queries.approved_of(connection, SLUG, 0)


async def test_the_author_cannot_approve_and_somebody_else_can(work: Connection) -> None:
    author = actor(Role.DUTY_OFFICER)
    await actions.create(work, author, START, small())
    checked = await actions.move(work, author, START, SLUG, 1, "submit", revision=1)
    with pytest.raises(NotAllowed):
        await actions.move(work, author, later(1), SLUG, 1, "approve", revision=checked.revision)
    done = await actions.move(
        work, actor(Role.LEADER), later(2), SLUG, 1, "approve", revision=checked.revision
    )
    assert (done.state, done.approved_by) == ("approved", "测试 leader")
    assert done.hash == hash_of(small())


async def test_whoever_changed_a_word_of_it_cannot_approve_it(work: Connection) -> None:
    author, editor = actor(Role.DUTY_OFFICER), actor(Role.DUTY_OFFICER)
    await actions.create(work, author, START, small())
    saved = await actions.save(
        work, editor, later(1), SLUG, 1, text=small(("test 1", "test 2")), note="改", revision=1
    )
    checked = await actions.move(work, author, later(2), SLUG, 1, "submit", revision=saved.revision)
    with pytest.raises(NotAllowed):
        await actions.move(work, editor, later(3), SLUG, 1, "approve", revision=checked.revision)


async def test_a_new_version_in_force_retires_the_old_one(work: Connection) -> None:
    author = actor(Role.DUTY_OFFICER)
    await made(work, author)
    draft = await actions.new_draft(work, author, later(100), SLUG)
    assert draft.text == small()
    saved = await actions.save(
        work, author, later(101), SLUG, 2, text=small(("test 1", "test 2")), note="", revision=1
    )
    checked = await actions.move(work, author, later(102), SLUG, 2, "submit", revision=saved.revision)
    await actions.move(work, actor(Role.LEADER), later(103), SLUG, 2, "approve", revision=checked.revision)
    newest, oldest = await queries.versions(work, draft.plan_id)
    assert (newest.state, oldest.state) == ("approved", "retired")
    assert (await queries.approved_of(work, SLUG, 0)).plan.edition == "test 2"
    assert [one.kind for one in await queries.history(work, oldest.id)] == [
        "create",
        "submit",
        "approve",
        "replaced",
    ]


async def test_one_version_is_open_at_a_time(work: Connection) -> None:
    author = actor(Role.DUTY_OFFICER)
    await made(work, author)
    await actions.new_draft(work, author, later(1), SLUG)
    with pytest.raises(Conflict):
        await actions.new_draft(work, author, later(2), SLUG)


async def test_two_editors_do_not_overwrite_each_other(work: Connection) -> None:
    author = actor(Role.DUTY_OFFICER)
    await actions.create(work, author, START, small())
    await actions.save(work, author, later(1), SLUG, 1, text=small(), note="一", revision=1)
    with pytest.raises(Conflict):
        await actions.save(work, actor(), later(2), SLUG, 1, text=small(), note="二", revision=1)


async def test_a_text_with_errors_is_kept_but_not_handed_in(work: Connection) -> None:
    author = actor(Role.DUTY_OFFICER)
    await actions.create(work, author, START, small())
    kept = await actions.save(work, author, later(1), SLUG, 1, text="plan: [", note="", revision=1)
    finding = found(Severity.ERROR, "unreadable", (), "错", "wrong")
    with pytest.raises(Invalid):
        await actions.move(
            work, author, later(2), SLUG, 1, "submit", revision=kept.revision, findings=[finding]
        )
    with pytest.raises(Invalid):  # even when nobody linted it
        await actions.move(work, author, later(2), SLUG, 1, "submit", revision=kept.revision)


async def test_a_version_of_another_plan_does_not_slip_in(work: Connection) -> None:
    author = actor(Role.DUTY_OFFICER)
    await actions.create(work, author, START, small())
    text = small(("plan: small-flood", "plan: other-plan"))
    kept = await actions.save(work, author, later(1), SLUG, 1, text=text, note="", revision=1)
    with pytest.raises(Invalid):
        await actions.move(work, author, later(2), SLUG, 1, "submit", revision=kept.revision)


async def test_a_checked_version_stands_still_until_it_is_sent_back(work: Connection) -> None:
    author = actor(Role.DUTY_OFFICER)
    await actions.create(work, author, START, small())
    checked = await actions.move(work, author, later(1), SLUG, 1, "submit", revision=1)
    with pytest.raises(Conflict):
        await actions.save(work, author, later(2), SLUG, 1, text=small(), note="", revision=checked.revision)
    leader = actor(Role.LEADER)
    with pytest.raises(Invalid):
        await actions.move(work, leader, later(3), SLUG, 1, "send_back", revision=checked.revision)
    back = await actions.move(
        work, leader, later(3), SLUG, 1, "send_back", revision=checked.revision, reason="缺任务"
    )
    assert (back.state, back.checked_by) == ("draft", None)


async def test_a_retired_plan_is_asked_no_more(work: Connection) -> None:
    approved = await made(work, actor(Role.DUTY_OFFICER))
    await actions.watch(work, 0, later(100))
    assert len(await queries.watches(work, 0)) == 1
    await actions.move(
        work,
        actor(Role.LEADER),
        later(101),
        SLUG,
        1,
        "retire",
        revision=approved.version.revision,
        reason="合并",
    )
    with pytest.raises(NotFound):
        await queries.approved_of(work, SLUG, 0)
    await actions.watch(work, 0, later(110))
    assert await queries.watches(work, 0) == []


async def test_an_exercise_asks_the_plans_of_reality_and_changes_none(work: Connection) -> None:
    await actions.adopt(work, START, small(), area=COUNTY)
    await work.execute("insert into space (id, name) values (7, 'drill')")
    (one,) = await queries.approved(work, 7)
    assert one.version.slug == SLUG
    await actions.watch(work, 7, later(1))
    assert [w.space for w in await queries.watches(work, 7)] == [7]
    assert await queries.watches(work, 0) == []
    real = actor(Role.DUTY_OFFICER)
    drill = Actor(
        real.person,
        "x",
        "x",
        b"",
        real.permissions,
        real.scope.__class__(real.person, Role.DUTY_OFFICER, COUNTY, None, 7),
    )
    with pytest.raises(NotAllowed):
        await actions.new_draft(work, drill, later(2), SLUG)
    await actions.state(work, drill, later(3), SLUG, "breach")
    await actions.watch(work, 0, later(4))
    await actions.watch(work, 7, later(4))
    assert [w.advised for w in await queries.watches(work, 0)] == [None]
    assert [w.advised for w in await queries.watches(work, 7)] == ["I"]


async def test_an_exercise_only_plan_is_never_asked_of_reality(work: Connection) -> None:
    text = small(("scope: county", "scope: county\nexercise_only: true"))
    await actions.adopt(work, START, text, area=COUNTY)
    assert await queries.approved(work, 0) == []
    assert len(await queries.approved(work, 7)) == 1


async def test_a_shipped_plan_never_replaces_what_people_made(work: Connection) -> None:
    await made(work, actor(Role.DUTY_OFFICER))
    assert await actions.adopt(work, later(9), small(("test 1", "test 9")), area=COUNTY) is None
    assert (await queries.approved_of(work, SLUG, 0)).plan.edition == "test 1"


async def test_the_plan_of_another_area_cannot_be_written(work: Connection) -> None:
    await made(work, actor(Role.DUTY_OFFICER))
    with pytest.raises(NotAllowed):
        await actions.new_draft(work, actor(Role.DUTY_OFFICER, OTHER_TOWN), later(1), SLUG)


@given(st.lists(st.sampled_from(["submit", "send_back", "approve", "retire"]), max_size=12), st.booleans())
def test_no_path_leads_into_force_without_a_check_and_a_second_person(events: list[str], own: bool) -> None:
    me, other = actor().person, actor().person
    state, checked = "draft", False
    for event in events:
        try:
            after = moved(state, event, person=me, editors=(me,) if own else (other,), reason="因", errors=0)
        except MudanError:
            continue
        assert (state, event) in CHART
        checked = event == "submit" or (checked and event != "send_back")
        if after == "approved":
            assert checked
            assert not own
        state = after
