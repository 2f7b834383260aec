"""How does an example county (示例) get its phone book and a roster for the weeks around now?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from mudan.core.duty import queries, store
from mudan.core.people import queries as people
from mudan.primitives.clock import CST
from mudan.storage.pool import Connection

DAYS_BEFORE: Final = 3
DAYS_AFTER: Final = 14
RELIEF: Final = time(8, 30)  # 示例: when shifts change


def contact_id(area: str, name: str, phone: str) -> UUID:
    """The id of an example entry, the same at every start."""
    return uuid5(NAMESPACE_URL, f"mudan:duty_contact:{area}:{name}:{phone}")


async def load_example(connection: Connection, seed: Mapping[str, Any], now: datetime) -> dict[str, UUID]:
    """Load `contacts` and `rota` of a seed; returns the contacts' ids by their key. Again changes nothing.

    A rota line says for a position and an area which contacts take the days in turn.
    """
    logins = {one.login: one.id for one in await people.people(connection)}
    ids = {}
    for row in seed["contacts"]:
        made = contact_id(row["area_code"], row["name"], row["phone"])
        known = await queries.contact_named(connection, 0, row["area_code"], row["name"], row["phone"])
        if known is None:
            await store.insert_contact(connection, _contact(row, made, logins))
        ids[row["key"]] = known.id if known is not None else made
    for line in seed["rota"]:
        await _turns(connection, line, ids, now)
    return ids


def _contact(row: Mapping[str, Any], made: UUID, logins: Mapping[str, UUID]) -> dict[str, Any]:
    person = logins.get(row.get("login") or "")
    channels = [one for one in row["channels"] if one != "app" or person is not None]
    return {
        "id": made, "space": 0, "area_code": row["area_code"], "department": row.get("department"),
        "name": row["name"], "post": row.get("post", ""), "phone": row["phone"], "phone_other": "",
        "channels": channels, "person_id": person, "example": True,
    }  # fmt: skip


async def _turns(
    connection: Connection, line: Mapping[str, Any], ids: Mapping[str, UUID], now: datetime
) -> None:
    people_of_line: Sequence[str] = line["contacts"]
    first = now.astimezone(CST).date() - timedelta(days=DAYS_BEFORE)
    first_at = datetime.combine(first, RELIEF, CST)
    area = line["area_code"]
    standing = {
        (one.position, one.starts_at)
        for one in await queries.shifts(connection, first_at, first_at + timedelta(days=30), area)
    }
    for day in range(DAYS_BEFORE + DAYS_AFTER):
        starts = first_at + timedelta(days=day)
        if (line["position"], starts) in standing:
            continue
        turn = people_of_line[starts.date().toordinal() % len(people_of_line)]
        row = {
            "id": uuid5(NAMESPACE_URL, f"mudan:duty_shift:{area}:{line['position']}:{turn}:{starts.isoformat()}"),
            "space": 0, "area_code": area, "department": None, "position": line["position"],
            "contact_id": ids[turn], "starts_at": starts, "ends_at": starts + timedelta(days=1), "note": "示例",
            "source": "example", "created_by": "示例", "created_at": now,
        }  # fmt: skip
        await store.insert_shift(connection, row)
