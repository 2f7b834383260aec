"""How does a database learn of a county? `mudan seed FILE`: areas, departments, entities, units, layers, people.

FILE is JSON of the shape that `mudan simulate --print-seed` prints; `-` is standard input. A second time
changes what is given anew and leaves people and passwords as they are.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from mudan.core.calls import actions as calls
from mudan.core.duty import actions as duty
from mudan.core.entities import actions as entities
from mudan.core.people import actions as people
from mudan.core.people import queries as people_queries
from mudan.core.people.model import Role
from mudan.core.supplies import actions as supplies
from mudan.core.units import actions as units
from mudan.primitives.clock import Clock, SystemClock
from mudan.primitives.errors import Invalid, MudanError
from mudan.run.homes import keep_homes
from mudan.run.roads import keep_example
from mudan.run.serve import database
from mudan.run.settings import settings_from
from mudan.storage.pool import Connection, Database


async def load(db: Database, clock: Clock, seed: Mapping[str, Any]) -> dict[str, str]:
    """Load a seed; returns the generated password of each new login. A second time changes nothing of people.

    Raises Invalid when the seed lacks a part.
    """
    passwords: dict[str, str] = {}
    try:
        async with db.work() as connection:
            keys = await _things(connection, clock, seed)
            unit_ids = {}
            for unit in seed["units"]:
                vehicle = keys.get(unit.get("vehicle_urn") or "")
                unit_ids[unit["code"]] = await units.put(connection, unit, vehicle=vehicle)
        if "roads" in seed:
            async with db.work() as connection:
                await keep_example(connection, clock, seed["roads"])
        if "supplies" in seed:
            async with db.work() as connection:
                await supplies.load_example(connection, seed["supplies"], clock.now())
        async with db.work() as connection:
            known = {one.login for one in await people_queries.people(connection)}
        for person in seed["users"]:
            if person["login"] in known:
                continue
            password, password_hash = await people.generated_password()
            async with db.work() as connection:
                made = await people.create_person(connection, None, _new(person), password_hash)
                for code in person.get("units", ()):
                    await units.add_member(connection, unit_ids[code], made.id)
            passwords[person["login"]] = password
        if "homes" in seed:
            await keep_homes(db, clock, seed["homes"], "duty")
        if "duty" in seed:
            async with db.work() as connection:
                contacts = await duty.load_example(connection, seed["duty"], clock.now())
                await calls.load_example(connection, seed["duty"]["tree"], contacts)
    except KeyError as error:
        raise Invalid(f"the seed has no {error}") from error
    return passwords


async def _things(connection: Connection, clock: Clock, seed: Mapping[str, Any]) -> dict[str, int]:
    for area in seed["areas"]:
        await entities.put_area(connection, area["code"], area["name_zh"], area["name_en"], area["level"])
    for department in seed["departments"]:
        await people.put_department(connection, **department)
    keys = {}
    for entity in seed["entities"]:
        keys[entity["urn"]] = await entities.put(connection, entity, clock.now())
    for position, (name, layer) in enumerate(seed["layers"].items()):
        await entities.put_layer(connection, layer_row(name, position, layer))
    return keys


def layer_row(name: str, position: int, layer: Mapping[str, Any]) -> dict[str, Any]:
    """A map layer's row from its FeatureCollection, whose own members name, credit and mark it."""
    return {
        "name": name,
        "title_zh": layer.get("title_zh", name),
        "title_en": layer.get("title_en", name),
        "schematic": bool(layer.get("schematic", True)),
        "credit": layer.get("credit", ""),
        "position": layer.get("position", position),
        "features": {"type": "FeatureCollection", "features": layer["features"]},
    }


def _new(person: Mapping[str, Any]) -> people.NewPerson:
    return people.NewPerson(
        login=person["login"],
        name=person["name"],
        role=Role(person["role"]),
        department=person.get("department"),
        area_code=person["area_code"],
    )


def parsed(text: str) -> dict[str, Any]:
    """A seed from its JSON text (raises Invalid)."""
    try:
        seed: dict[str, Any] = json.loads(text)
    except ValueError as error:
        raise Invalid(f"the seed is not JSON: {error}") from error
    return seed


async def new_passwords(db: Database, clock: Clock, logins: Sequence[str]) -> dict[str, str]:
    """Give people new generated passwords; returns them by login."""
    made = {}
    for login in logins:
        password, password_hash = await people.generated_password()
        async with db.work() as connection:
            (person,) = [one for one in await people_queries.people(connection) if one.login == login]
            await people.reset_password(connection, None, person.id, password_hash, clock.now())
        made[login] = password
    return made


def main(argv: list[str]) -> int:
    """Load a seed and print the generated password of each new login. 0 when done, 1 when refused."""
    parser = argparse.ArgumentParser(prog="mudan seed")
    parser.add_argument("file", type=argparse.FileType(encoding="utf-8"))
    options = parser.parse_args(argv)
    try:
        with options.file as file, database(settings_from()) as dsn:
            made = asyncio.run(_loaded(dsn, parsed(file.read())))
    except MudanError as error:
        print(f"mudan seed: {error.reason}", file=sys.stderr)
        return 1
    for login, password in made.items():
        print(f"{login}\t{password}")
    return 0


async def _loaded(dsn: str, seed: Mapping[str, Any]) -> dict[str, str]:
    db = Database(dsn, size=2)
    await db.open()
    try:
        return await load(db, SystemClock(), seed)
    finally:
        await db.close()
