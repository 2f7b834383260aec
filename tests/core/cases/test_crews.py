"""Are the figures of posts and collectors what the slow and obvious reading says, and never those of one person?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from statistics import fmean, median
from uuid import UUID, uuid4

import pytest

from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Exclusion, Step, hand_of
from mudan.core.cases.model.chart import possible
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.metrics.counts import STEPS
from mudan.core.cases.model.metrics.registry import METRICS
from mudan.core.cases.model.words import Case
from mudan.core.cases.queries import Asked
from mudan.core.people.actions import NewPerson, create_person
from mudan.core.people.model import Actor, Role
from mudan.primitives.errors import MudanError
from mudan.storage.pool import Connection
from tests.core.cases.desk import (
    DESK,
    FIRE_DESK,
    LEADER,
    OTHER_DESK,
    WATER_DESK,
    at_work,
    new_case,
    reported,
    step,
)
from tests.core.cases.reckoning import Read
from tests.core.cases.test_metrics import LIKELY, SPAN, read
from tests.core.county import actor_of, later
from tests.database import COUNTY, FIRE, OTHER_TOWN, START, TOWN, WATER

pytestmark = pytest.mark.anyio
HANDS = (DESK, OTHER_DESK, LEADER, WATER_DESK, FIRE_DESK)
UNTIL = later(SPAN.total_seconds())
CELL, OTHER_CELL = f"{TOWN}000001", f"{TOWN}000002"
_REPORTERS = ("rate",)  # a step of nobody who works here


def window(group: str, until: datetime = UNTIL) -> Asked:
    return Asked(0, START, until, group)


def slow_steps(cases: Sequence[Read]) -> Mapping[str, tuple[int, int, list[float]]]:
    """Of each post: how many steps, how many of them wrong, and the seconds each took. Event by event."""
    done: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    took: dict[str, list[float]] = {}
    for one in cases:
        entered = {"reported": one.case.created_at}
        asked: dict[str, datetime] = {}
        closed_at = None
        for at, event in enumerate(one.history):
            after = [each.kind for each in one.history[at + 1 :]]
            begun = entered.get(event.from_state)
            found: list[tuple[str, bool, datetime | None]] = []
            if event.from_state == "reported" and event.to_state != "reported":
                ended = event.to_state in ("refused", "replied", "void", "merged")
                found.append(("accept", ended and "review" in after, begun))
            if event.kind == "open":
                stands = _until(after, ("open",))
                bad = [kind for kind in stands if kind in ("merge", "separate", "refuse", "void", "review")]
                found.append(("open", bool(bad) and bad[-1] not in ("separate", "review"), _first_left(one)))
            if event.kind in ("dispatch", "redirect"):
                next_one = next((kind for kind in after if kind in ("dispatch", "redirect", "return")), "")
                found.append(("dispatch", next_one in ("redirect", "return"), begun))
            if event.kind in ("confirm", "disprove"):
                lost = _until(after, ("confirm", "disprove", "open"))
                bad_end = event.kind == "confirm" and bool({"refuse", "void"} & set(lost))
                found.append(("verify", bad_end, begun))
            if event.kind == "answer":
                found.append(("handle", "fail" in _until(after, ("answer",)), begun))
            if event.kind in ("pass", "fail"):
                back = "reopen" in _until(after, ("pass", "fail"))
                found.append(("check", back, begun))
            if event.kind == "call_back":
                found.append(("call_back", False, closed_at))
            for what in ("extension", "account"):
                if event.kind == f"ask_{what}":
                    asked[what] = event.at
                if event.kind in (f"grant_{what}", f"refuse_{what}"):
                    found.append(("decide", False, asked[what]))
            if event.kind == "appeal":
                asked["appeal"] = event.at
            if event.kind in ("uphold", "dismiss"):
                found.append(("decide", False, asked["appeal"]))
            if event.kind in ("supervise", "force_close"):
                found.append(("decide", False, None))
            if event.kind in ("pass", "force_close"):
                closed_at = event.at
            for post, is_wrong, since in found:
                done[post] += 1
                wrong[post] += is_wrong
                took.setdefault(post, []).extend(
                    [] if since is None else [(event.at - since).total_seconds()]
                )
            if event.to_state != event.from_state:
                entered[event.to_state] = event.at
    return {post: (done[post], wrong[post], took[post]) for post in done}


def _until(kinds: Sequence[str], ends: Sequence[str]) -> list[str]:
    return list(kinds[: next((n for n, kind in enumerate(kinds) if kind in ends), len(kinds))])


def _first_left(one: Read) -> datetime:
    return one.case.created_at


async def lived(work: Connection, seed: int) -> list[UUID]:
    """Some cases that many hands have led on as it came."""
    random, at, cases = Random(seed), 0.0, list[UUID]()
    for turn in range(200):
        at += random.expovariate(1 / 9000)
        if turn % 8 == 0:
            source = random.choice(("collector", "public", "superior"))
            cases.append(
                (await actions.report(work, OTHER_DESK, later(at), new_case(source=source, id=uuid4()))).id
            )
            continue
        case, who = random.choice(cases), random.choice(HANDS)
        one = await queries.one(work, case)
        ways = [
            name
            for name in possible(HOTLINE, one.situation, hand_of(who))
            if name not in ("escalate", "delegate")
        ]
        if not ways:
            continue
        event = random.choices(ways, [LIKELY.get(name, 1) for name in ways])[0]
        main = random.choice(cases) if event == "merge" else None
        given = Step(event, one.version, uuid4(), "缘由", "电话告知", random.choice((WATER, FIRE)), frozenset({FIRE}),
                     main, random.choice(("satisfied", "mostly", "not")), None, random.randint(1, 5))  # fmt: skip
        try:
            async with work.transaction():
                await actions.move(work, case, given, who, later(at))
        except MudanError:
            pass  # what may not be done is not done
    return cases


@pytest.mark.parametrize("seed", range(3))
async def test_steps_of_every_post_are_what_the_obvious_reading_says(work: Connection, seed: int) -> None:
    cases = await lived(work, seed)
    expected = slow_steps(await read(work, cases))
    found = await queries.steps(work, window("post"))
    assert set(found) == set(expected)
    assert len(found) >= 6
    for post, (done, wrong, took) in expected.items():
        assert found[post]["step", "all"] == done, post
        judged = 0 if post in ("call_back", "decide") else done
        assert (found[post]["step", "done"], found[post]["step", "failed"]) == (
            judged,
            wrong if judged else 0,
        ), post
        assert found[post]["step", "unfailed"] == judged - (wrong if judged else 0)
        if took:
            assert found[post]["step", "mean"] == pytest.approx(fmean(took)), post
            assert found[post]["step", "median"] == pytest.approx(median(took)), post


async def test_the_list_behind_a_post_holds_what_was_counted(work: Connection) -> None:
    await lived(work, 7)
    found = await queries.steps(work, window("post"))
    for metric in (one for one in METRICS if one.groups == ("post",)):
        for post in STEPS:
            items, total = await queries.steps_behind(work, window("post"), metric, [post], 200, 0)
            counts = found.get(post, {})
            below = "all" if metric.denominator == "steps" else "done"
            assert len(items) == total == counts.get(("step", below), 0)
            if metric.name in ("accuracy", "errors"):
                test = "unfailed" if metric.name == "accuracy" else "failed"
                assert sum(item.counted for item in items) == counts.get(("step", test), 0)


async def test_a_window_that_is_over_keeps_the_steps_that_were_known(work: Connection) -> None:
    case = await at_work(work)
    until = later(1300)
    before = await queries.steps(work, window("post", until))
    await step(work, case, "return", WATER_DESK, 1500, reason="非我局")
    assert await queries.steps(work, window("post", until)) == before
    assert before["dispatch"]["step", "failed"] == 0
    assert (await queries.steps(work, window("post")))["dispatch"]["step", "failed"] == 1


async def test_steps_of_a_case_taken_out_are_counted_apart(work: Connection) -> None:
    case = await at_work(work)
    await at_work(work)
    assert await queries.metrics_with_exclusions(work, 0) == set()
    for metric in ("accuracy", ""):
        await actions.exclude(work, uuid4(), Exclusion(case.id, metric), "演练", LEADER, later(2000))
    assert await queries.metrics_with_exclusions(work, 0) == {"accuracy", ""}
    assert (await queries.steps(work, window("post"), ""))["open"]["step", "all"] == 1
    assert await queries.steps(work, window("post"), "accuracy") == {}


async def worker(work: Connection, role: Role, department: str) -> Actor:
    """Somebody with an account."""
    new = NewPerson(f"p{uuid4().hex[:10]}", "某", role, COUNTY, department)
    return actor_of(await create_person(work, None, new, "no password"))


async def told(work: Connection, who: Actor, at: float, **more: object) -> Case:
    """A report of a cell, opened when it came from outside."""
    case = await reported(work, who, at, area_code=CELL, **more)
    if more.get("source") != "collector":
        await step(work, case, "accept", DESK, at + 1)
        await step(work, case, "open", DESK, at + 2)
    return case


async def test_what_the_public_tells_is_missed_unless_a_collector_told_of_the_class_in_the_cell_before(
    work: Connection,
) -> None:
    day = timedelta(days=1).total_seconds()
    walker = await worker(work, Role.FIELD_WORKER, FIRE)
    await told(work, walker, 0, source="collector", class_code="0201")
    seen = [
        (CELL, "0201", 2 * day, False), (CELL, "0202", 2 * day, True), (CELL, "0201", 8 * day, True),
        (OTHER_CELL, "0201", 2 * day, True), (OTHER_TOWN, "0201", 2 * day, False),
    ]  # fmt: skip
    for area, code, at, _ in seen:
        case = await reported(work, DESK, at, area_code=area, class_code=code, source="media")
        await step(work, case, "accept", DESK, at + 1)
        try:
            await step(work, case, "open", DESK, at + 2)
        except MudanError:
            await work.execute("update case_file set verified = true where id = %s", (case.id,))
            await step(work, case, "open", DESK, at + 2)
    cells = [CELL, OTHER_CELL]
    found = await queries.collecting(work, window("collectors"), cells)
    assert found[TOWN]["missed", "all"] == 4
    assert (
        found[TOWN]["missed", "failed"]
        == sum(missed for area, _, _, missed in seen if area.startswith(TOWN))
        == 3
    )
    assert found[OTHER_TOWN]["missed", "failed"] == 0  # not in a cell
    assert all(
        ("missed", "all") not in of
        for of in (await queries.collecting(work, window("collectors"), [])).values()
    )
    metric = next(one for one in METRICS if one.name == "missed_reports")
    items, total = await queries.collecting_behind(work, window("collectors"), metric, [TOWN], cells, (10, 0))
    assert (total, sum(item.counted for item in items)) == (4, 3)
    assert await queries.collecting_behind(work, window("collectors"), metric, None, [], (10, 0)) == ([], 0)


async def test_handled_by_the_reporters_own_position_is_told_from_what_others_handled(
    work: Connection,
) -> None:
    collector, colleague = (
        await worker(work, Role.FIELD_WORKER, WATER),
        await worker(work, Role.FIELD_WORKER, WATER),
    )
    liaison = await worker(work, Role.DEPARTMENT_LIAISON, WATER)
    for n, hand in enumerate((colleague, liaison, None)):
        at = 10_000.0 * n
        case = await reported(work, collector, at, source="collector")
        if hand is None:
            continue
        for event, who, more in (("accept", DESK, {}), ("open", DESK, {}), ("dispatch", DESK, {"owner": WATER}),
                                 ("sign", hand, {}), ("answer", hand, {})):  # fmt: skip
            at += 60
            await step(work, case, event, who, at, **more)
    found = (await queries.collecting(work, window("collectors"), []))[TOWN]
    assert (found["collected", "all"], found["collected", "done"]) == (3, 1)
    assert (await queries.areas_reached(work, window("collectors")))[TOWN] == later(20_000)


async def test_a_check_that_a_collector_was_sent_to_counts_also_while_it_is_not_done(
    work: Connection,
) -> None:
    walker = await worker(work, Role.FIELD_WORKER, FIRE)
    cases = []
    for n in range(3):
        case = await at_work(work)
        await step(work, case, "answer", WATER_DESK, 1500)
        person = None if n == 2 else walker.person
        await step(work, case, "check", DESK, 1600, person=person)
        cases.append(case)
    await step(work, cases[0], "pass", walker, 1700, reason="现场看过")
    found = (await queries.collecting(work, window("collectors"), []))[TOWN]
    assert (found["sent_check", "all"], found["sent_check", "in_time"]) == (2, 1)
    (crew,) = await queries.collector_crews(work, window("collectors"))
    assert walker.person in crew.people
