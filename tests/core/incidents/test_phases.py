"""Can an incident only go where the chart lets it, and only by somebody who has seen it as it is?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.incidents import actions, queries
from mudan.core.incidents.model import (
    DISPOSITIONS,
    ENDED,
    KINDS,
    PHASES,
    Incident,
    advanced,
    is_open,
    next_phases,
)
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.storage.pool import Connection
from tests.core.county import actor, later, open_incident

pytestmark = pytest.mark.anyio
WHO = actor()
TASK_STATES = ("offered", "accepted", "en_route", "on_scene", "working", "completed", "declined", "cancelled")
# The chart, told once more by hand: what is not here is not allowed.
OPEN_ENDS = {"suspended", "transferred", "closing"}
LEGAL = {
    "new": {"triage", "accepted", "rejected", "duplicate"},
    "triage": {"accepted", "rejected", "duplicate"},
    "accepted": {"dispatching", "controlled"} | OPEN_ENDS,
    "dispatching": {"responding", "on_scene", "controlled"} | OPEN_ENDS,
    "responding": {"on_scene", "controlled"} | OPEN_ENDS,
    "on_scene": {"controlled"} | OPEN_ENDS,
    "controlled": {"on_scene", "recovery"} | OPEN_ENDS,
    "recovery": {"controlled"} | OPEN_ENDS,
    "reopened": {"dispatching", "on_scene", "controlled"} | OPEN_ENDS,
    "suspended": {"accepted", "on_scene", "controlled", "closing"},
    "transferred": {"accepted", "on_scene", "controlled", "closing"},
    "closing": {"controlled"},
    "closed": set(),
    "rejected": set(),
    "duplicate": set(),
    "void": set(),
}


async def _in_phase(work: Connection, phase: str, who: Actor = WHO) -> Incident:
    incident = await open_incident(work, who)
    await work.execute("update incident set phase = %s where id = %s", (phase, incident.id))
    return await queries.one(work, incident.id)


def test_the_chart_names_every_phase() -> None:
    assert set(PHASES) == set(LEGAL)
    for phase in PHASES:
        assert set(next_phases(phase)) <= set(PHASES)
        assert is_open(phase) is (phase not in ENDED)


@pytest.mark.parametrize("phase", PHASES)
async def test_every_way_of_the_chart_is_open_and_every_other_is_closed(work: Connection, phase: str) -> None:
    for wanted in (*PHASES, "nonsense"):
        async with work.transaction(force_rollback=True):
            incident = await _in_phase(work, phase)
            if wanted in LEGAL[phase]:
                moved = await actions.set_phase(
                    work, incident.id, wanted, incident.version, "等待", WHO, later(1)
                )
                assert moved.phase == wanted
                assert (moved.closed_at is not None) is (wanted in ENDED)
                assert (await queries.timeline(work, incident.id))[-1].detail["to"] == wanted
                continue
            with pytest.raises(Conflict):
                await actions.set_phase(work, incident.id, wanted, incident.version, "", WHO, later(1))


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("state", TASK_STATES)
def test_the_phase_follows_tasks_and_never_goes_back(phase: str, state: str) -> None:
    order = ["accepted", "reopened", "dispatching", "responding", "on_scene"]
    after = advanced(phase, state)
    if phase in order:
        assert order.index(after) >= order.index(phase)
        assert after == phase or state in ("offered", "accepted", "en_route", "on_scene", "working")
    elif phase not in ("new", "triage"):
        assert after == phase


@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase not in ENDED])
async def test_any_open_incident_can_be_closed_with_disposition_and_summary(
    work: Connection, phase: str
) -> None:
    incident = await _in_phase(work, phase)
    closed = await actions.close(work, incident.id, "resolved", " 已处置 ", incident.version, WHO, later(60))
    assert (closed.phase, closed.disposition, closed.summary) == ("closed", "resolved", "已处置")
    assert closed.closed_at == later(60)


@pytest.mark.parametrize("phase", ENDED)
async def test_what_has_ended_can_only_be_reopened(work: Connection, phase: str) -> None:
    incident = await _in_phase(work, phase)
    with pytest.raises(Conflict):
        await actions.close(work, incident.id, "resolved", "已处置", incident.version, WHO, later(1))
    with pytest.raises(Conflict):
        await actions.set_level(work, incident.id, 1, incident.version, "升级", WHO, later(1))
    with pytest.raises(Invalid):
        await actions.reopen(work, incident.id, " ", incident.version, WHO, later(1))
    opened = await actions.reopen(work, incident.id, "又渗水", incident.version, WHO, later(2))
    assert (opened.phase, opened.closed_at, opened.disposition) == ("reopened", None, None)
    with pytest.raises(Conflict):
        await actions.reopen(work, incident.id, "又渗水", opened.version, WHO, later(3))


@pytest.mark.parametrize(("disposition", "summary"), [("nonsense", "已处置"), ("resolved", "  ")])
async def test_closing_says_how_and_what(work: Connection, disposition: str, summary: str) -> None:
    incident = await open_incident(work)
    with pytest.raises(Invalid):
        await actions.close(work, incident.id, disposition, summary, incident.version, WHO, later(1))
    assert "resolved" in DISPOSITIONS


async def test_who_has_not_seen_the_last_change_is_refused(work: Connection) -> None:
    incident = await open_incident(work)
    seen = incident.version
    await actions.set_level(work, incident.id, 1, seen, "升级", WHO, later(1))
    for act in (
        actions.set_phase(work, incident.id, "controlled", seen, "", WHO, later(2)),
        actions.set_level(work, incident.id, 3, seen, "降级", WHO, later(2)),
        actions.close(work, incident.id, "resolved", "已处置", seen, WHO, later(2)),
    ):
        with pytest.raises(Conflict):
            await act
    assert (await queries.one(work, incident.id)).level == 1


async def test_a_level_is_one_to_four_and_changes_with_a_reason(work: Connection) -> None:
    incident = await open_incident(work)
    for level, reason in ((0, "x"), (5, "x"), (1, " ")):
        with pytest.raises(Invalid):
            await actions.set_level(work, incident.id, level, incident.version, reason, WHO, later(1))
    changed = await actions.set_level(work, incident.id, 1, incident.version, "水势上涨", WHO, later(1))
    assert (changed.level, changed.version) == (1, incident.version + 1)
    last = (await queries.timeline(work, incident.id))[-1]
    assert (last.text_zh, last.detail) == ("级别调整为 Ⅰ 级：水势上涨", {"from": 2, "to": 1})


@pytest.mark.parametrize(
    "wrong", [{"title": "  "}, {"kind": "nonsense"}, {"level": 0}, {"lat": None}, {"lon": None}]
)
async def test_a_wrong_incident_is_not_opened(work: Connection, wrong: Any) -> None:
    with pytest.raises(Invalid):
        await open_incident(work, **wrong)
    assert "flood" in KINDS


async def test_an_unknown_incident_is_not_found(work: Connection) -> None:
    with pytest.raises(NotFound):
        await actions.add_note(work, uuid4(), "喂", WHO, later(1))
