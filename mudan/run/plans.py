"""What can be done with plans from the command line? `mudan plans lint | diff | what-if | export | load | schema`.

lint, diff and schema need no database: a plan is held against the platforms of this program. The others ask
the centre's database.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from mudan.core.entities import queries as entities
from mudan.core.incidents.model import KINDS
from mudan.core.plans import actions, queries
from mudan.core.plans.model.diff import diff
from mudan.core.plans.model.lint import Facts, Severity, lint_text
from mudan.core.plans.model.needs import needs_of
from mudan.core.plans.model.reading import plan_of
from mudan.core.plans.model.schema import schema
from mudan.core.plans.model.types import Plan
from mudan.core.plans.model.what_if import WhatIf, replayed
from mudan.playbooks import texts
from mudan.primitives.clock import CST, Clock, SystemClock
from mudan.primitives.errors import Invalid, MudanError, NotFound
from mudan.run.discover import platforms
from mudan.run.serve import database
from mudan.run.settings import settings_from
from mudan.storage.pool import Connection, Database

T = TypeVar("T")


def main(argv: list[str]) -> int:
    """0 when done, 1 when something is wrong with a plan or it was refused."""
    options = _parser().parse_args(argv)
    try:
        done: int = options.run(options)
    except (MudanError, OSError) as error:
        print(f"mudan plans: {getattr(error, 'reason', error)}", file=sys.stderr)
        return 1
    return done


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mudan plans")
    words = parser.add_subparsers(required=True)
    lint = words.add_parser("lint", help="say what is wrong with plans (the shipped ones unless named)")
    lint.add_argument("files", nargs="*")
    lint.set_defaults(run=_lint)
    compare = words.add_parser("diff", help="say in words what differs between two plans")
    compare.add_argument("before")
    compare.add_argument("after")
    compare.set_defaults(run=_diff)
    what_if = words.add_parser("what-if", help="say when a plan would have advised which level")
    what_if.add_argument("plan", help="a file, or the name of a plan in force")
    what_if.add_argument("--hours", type=float, default=24.0)
    what_if.add_argument("--until", type=datetime.fromisoformat, help="with a time zone; now unless given")
    what_if.set_defaults(run=_what_if)
    export = words.add_parser("export", help="write the files of the plans in force into a folder")
    export.add_argument("folder", type=Path)
    export.set_defaults(run=_export)
    load = words.add_parser("load", help="bring the shipped examples into force where there is no such plan")
    load.set_defaults(run=_load)
    words.add_parser("schema", help="print the JSON Schema of a plan's file").set_defaults(run=_schema)
    return parser


def facts(clock: Clock) -> Facts:
    """What this program knows without a database: what its platforms declare."""
    connected = platforms()
    return Facts(
        today=clock.now().astimezone(CST).date(),
        quantities={one.name: one.unit for platform in connected for one in platform.quantities},
        entity_types={
            one.name: set(one.properties) for platform in connected for one in platform.entity_types
        }
        | {"Town": set()},
        rules={rule.name for platform in connected for rule in platform.rules},
        incident_kinds=KINDS,
    )


def _lint(options: argparse.Namespace) -> int:
    named = {name: _text(name) for name in options.files} or texts()
    known, errors = facts(SystemClock()), 0
    for name, text in named.items():
        _, findings = lint_text(text, known)
        errors += sum(one.severity is Severity.ERROR for one in findings)
        for one in findings:
            print(f"{name}:{one.mark.line}:{one.mark.column}: {one.severity}: {one.text.zh} / {one.text.en}")
    print(f"{len(named)} plans, {errors} errors")
    return 1 if errors else 0


def _diff(options: argparse.Namespace) -> int:
    for change in diff(plan_of(_text(options.before)), plan_of(_text(options.after))):
        print(f"{'!' if change.grave else ' '} {change.text.zh} / {change.text.en}")
    return 0


def _schema(_options: argparse.Namespace) -> int:
    print(json.dumps(schema(), ensure_ascii=False, indent=1))
    return 0


def _what_if(options: argparse.Namespace) -> int:
    end = options.until or SystemClock().now()
    if end.tzinfo is None:
        raise Invalid("--until needs a time zone: 2026-07-01T08:00:00+08:00")
    found = _asked(
        lambda connection: _replayed(connection, options.plan, end, timedelta(hours=options.hours))
    )
    for spell in found.spells:
        until = spell.end.astimezone(CST).strftime("%m-%d %H:%M") if spell.end else "…"
        because = "; ".join(one.says.zh for one in spell.because)
        print(f"{spell.level:<8} {spell.start.astimezone(CST):%m-%d %H:%M} – {until}  {because}")
    print(f"{found.asked} times asked, every {found.step.total_seconds():.0f} s; {len(found.spells)} spells")
    if found.unknown:
        print(f"never known: {', '.join(found.unknown)}")
    return 0


async def _replayed(connection: Connection, asked: Plan | str, end: datetime, span: timedelta) -> WhatIf:
    plan = asked if isinstance(asked, Plan) else (await queries.approved_of(connection, asked, 0)).plan
    recorded = await queries.recorded(connection, 0, plan.plan, end - span, end, needs_of([plan]))
    return replayed(plan, recorded, end - span, end)


def _export(options: argparse.Namespace) -> int:
    options.folder.mkdir(parents=True, exist_ok=True)
    in_force = _asked(lambda connection: queries.approved(connection, 0))
    for one in in_force:
        file = options.folder / f"{one.version.slug}.yaml"
        file.write_text(one.version.text, encoding="utf-8")
        print(f"{file}\tv{one.version.number}\t{one.version.hash}")
    return 0


def _load(_options: argparse.Namespace) -> int:
    made = _asked(lambda connection: load(connection, SystemClock()))
    print(f"{len(made)} plans brought into force: {', '.join(made) or '–'}")
    return 0


async def load(connection: Connection, clock: Clock) -> list[str]:
    """Bring the shipped plans into force as examples; returns the names of those that were not there yet.

    Raises NotFound when the county has no area yet.
    """
    counties = [code for code, (_, level) in (await entities.areas(connection)).items() if level == "county"]
    if not counties:
        raise NotFound("no county is known; load one with mudan seed")
    made: list[str] = []
    for slug, text in texts().items():
        if await actions.adopt(connection, clock.now(), text, area=counties[0]) is not None:
            made.append(slug)
    return made


def _asked(question: Callable[[Connection], Awaitable[T]]) -> T:
    async def ask(dsn: str) -> T:
        db = Database(dsn, size=1)
        await db.open()
        try:
            async with db.work() as connection:
                return await question(connection)
        finally:
            await db.close()

    with database(settings_from()) as dsn:
        return asyncio.run(ask(dsn))


def _text(name: str) -> str:
    file = Path(name)
    if not file.is_file() and name in texts():
        return texts()[name]
    return file.read_text(encoding="utf-8")
