"""What does a county with a hundred thousand open cases look like? Made up, the same each time, and copied in whole.

Half of the cases are open, the others have ended; they were reported over the last year. Histories and clocks are of
the hotline's stages, limits are counted in natural hours, and what can be counted is what the centre itself would say.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

import numpy as np
import psycopg

from mudan.core.cases.model.calendar import Calendar
from mudan.core.cases.model.clocks import Limit, Measure, Moments, Thresholds
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.metrics.tallies import Line, Tally, Told, tallies
from mudan.core.cases.model.running import Running
from mudan.run.bench.rig import AREA

TOWNS: Final = 26
DEPARTMENTS: Final = 20
DAYS: Final = 365
CHUNK: Final = 2_000
WEST, SOUTH, SIDE = 107.2, 30.0, 0.5
_STEPS: Final = (
    ("accept", "reported", "filing", 1.0), ("open", "filing", "dispatching", 0.5),
    ("dispatch", "dispatching", "assigned", 0.7), ("sign", "assigned", "handling", 2.0),
    ("answer", "handling", "answered", 40.0), ("check", "answered", "checking", 2.0),
    ("pass", "checking", "evaluating", 6.0), ("call_back", "evaluating", "evaluating", 12.0),
    ("finish", "evaluating", "archived", 1.0),
)  # fmt: skip
_CLOCKS: Final = (
    ("file", 0, 2, 2), ("dispatch", 2, 3, 1), ("handle", 3, 5, 60), ("check", 5, 7, 8), ("whole", 0, 7, 120),
)  # fmt: skip
_CLASSES: Final = ("0101", "0102", "0201", "0202", "03", "99")
_ANSWERS: Final = ("satisfied", "mostly", "not")
_PEOPLE: Final = tuple(UUID(int=1 + n) for n in range(12))
_THRESHOLDS: Final = Thresholds()


def seed() -> dict[str, list[dict[str, Any]]]:
    """The towns and departments of the county."""
    return {
        "areas": [
            {"code": town(n), "name_zh": f"压测镇{n}", "name_en": f"Town {n}", "level": "town"} for n in range(TOWNS)
        ],
        "departments": [
            {"code": department(n), "name_zh": f"压测局{n}", "name_en": f"Bureau {n}", "area_code": AREA}
            for n in range(DEPARTMENTS)
        ],
    }  # fmt: skip


def town(number: int) -> str:
    """The code of a town."""
    return f"{AREA}{number + 1:03d}"


def department(number: int) -> str:
    """The code of a department."""
    return f"bureau-{number}"


def load(dsn: str, cases: int, now: datetime) -> dict[str, int]:
    """Copy so many cases in, half of them open; the rows of each table. `dsn`: of a superuser."""
    random = np.random.default_rng(2026)
    rows = dict.fromkeys(_TABLES, 0)
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "set session_replication_role = replica"
        )  # what is copied refers to what is copied
        connection.execute("set synchronous_commit = off")
        for first in range(0, cases, CHUNK):
            made: dict[str, list[str]] = {table: [] for table in _TABLES}
            for number in range(first, min(first + CHUNK, cases)):
                for table, row in _case(number, random, now):
                    made[table].append("\t".join(map(_text, row)))
            for table, columns in _TABLES.items():
                with connection.cursor().copy(f"copy {table} ({columns}) from stdin") as copy:
                    copy.write("\n".join([*made[table], ""]))
                rows[table] += len(made[table])
        connection.execute("select setval('case_event_id_seq', (select max(id) from case_event))")
    with psycopg.connect(dsn, autocommit=True) as connection:
        for table in _TABLES:
            connection.execute(f"vacuum (analyze) {table}".encode())
    return rows


_TABLES: Final = {
    "case_file": "id, space, area_code, department, number, type, type_version, class_code, state, source, title, text,"
    " form, address, lon, lat, verified, lamp, next_due_at, created_at, created_by, closed_at, ended_at, tallied",
    "case_event": "case_id, client_id, at, kind, from_state, to_state, actor, actor_id, text_zh, text_en, detail",
    "case_clock": "case_id, space, name, run, amount, measure, next_day, amber, red, started_at, ended_at, pauses,"
    " calendar_version, due_at, shown",
    "case_tally": "case_id, kind, number, space, type, class_code, area_code, department, at, due_at, begun_at,"
    " done_at, failed_at, more_at, again_at, source, hand, responded, solved, satisfied, known_at",
}  # fmt: skip


def _text(value: object) -> str:
    if value is None:
        return "\\N"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _case(
    number: int, random: np.random.Generator, now: datetime
) -> Iterator[tuple[str, tuple[object, ...]]]:
    key = UUID(int=(number << 64) | 0xCA5E)
    open_ = number % 2 == 0
    taken = int(random.integers(0, len(_STEPS) - 2)) if open_ else len(_STEPS)
    created_at = now - timedelta(days=float(random.uniform(0 if open_ else 20, DAYS)))
    class_code = _CLASSES[int(random.integers(0, len(_CLASSES)))]
    owner, where = department(int(random.integers(0, DEPARTMENTS))), town(int(random.integers(0, TOWNS)))
    source = "collector" if number % 3 else "public"
    moments = _moments(created_at, taken, random, now)
    lines, runs = _lines(moments, taken, owner, number), _runs(moments, taken)
    told = Told("hotline", class_code, where, source, created_at, _PEOPLE[number % len(_PEOPLE)])
    due_at = min(
        (run.turns.due_at for run in runs if run.ended_at is None and run.turns.due_at), default=None
    )
    state = _STEPS[taken - 1][2] if taken else "reported"
    ended_at = moments[-1] if state == "archived" else None
    yield "case_file", (
        key, 0, where, owner if taken > 2 else None, f"RX{number:08d}", "hotline", 1, class_code, state, source,
        f"压测案件{number} {class_code}", "示例", "{}", f"解放路{number % 997}号", WEST + SIDE * float(random.random()),
        SOUTH + SIDE * float(random.random()), "t", "overdue" if due_at is not None and due_at <= now else "green",
        due_at, created_at, "bench", moments[7] if taken >= 7 else None, ended_at, "t",
    )  # fmt: skip
    for at, line in enumerate(lines):
        yield "case_event", (
            key, UUID(int=(number << 64) | 0xE0000 | at), line.at, line.kind, line.from_state, line.to_state, "bench",
            line.hand, "压测", "bench", _json(line.detail),
        )  # fmt: skip
    for run in runs:
        yield "case_clock", (
            key, 0, run.name, run.run, run.limit.amount, run.limit.measure.value, "f", 60, 85, run.started_at,
            run.ended_at, "[]", 0, run.turns.due_at, "overdue",
        )  # fmt: skip
    for one in tallies(HOTLINE, told, lines, runs, _CALENDAR):
        yield "case_tally", _row(key, one, created_at)


_CALENDAR: Final = Calendar()


def _moments(
    created_at: datetime, taken: int, random: np.random.Generator, now: datetime
) -> tuple[datetime, ...]:
    hours = np.cumsum(random.exponential([step[3] for step in _STEPS[:taken]])) if taken else ()
    return (created_at, *(min(now, created_at + timedelta(hours=float(hour))) for hour in hours))


def _lines(moments: tuple[datetime, ...], taken: int, owner: str, number: int) -> list[Line]:
    found = []
    for at, (kind, from_state, to_state, _) in enumerate(_STEPS[:taken]):
        detail = {"owner": owner} if kind == "dispatch" else {}
        if kind == "call_back":
            detail = {"answer": _ANSWERS[number % len(_ANSWERS)]}
        found.append(
            Line(moments[at + 1], kind, from_state, to_state, _PEOPLE[number % len(_PEOPLE)], detail)
        )
    return found


def _runs(moments: tuple[datetime, ...], taken: int) -> list[Running]:
    found = []
    for name, first, last, amount in _CLOCKS:
        if taken < first:
            continue
        limit = Limit(Fraction(amount), Measure.NATURAL_HOURS)
        turns = Moments(None, None, moments[first] + timedelta(hours=amount))
        ended_at = moments[last] if taken >= last else None
        found.append(Running(name, 1, limit, _THRESHOLDS, moments[first], 0, turns, ended_at))
    return found


def _row(key: UUID, one: Tally, known_at: datetime) -> tuple[object, ...]:
    return (
        key, one.kind, one.number, 0, one.type, one.class_code, one.area_code, one.department, one.at, one.due_at,
        one.begun_at, one.done_at, one.failed_at, one.more_at, one.again_at, one.source, one.hand, one.responded,
        one.solved, one.satisfied, known_at,
    )  # fmt: skip


def _json(detail: Any) -> str:
    return "{" + ", ".join(f'"{name}": "{value}"' for name, value in detail.items()) + "}"
