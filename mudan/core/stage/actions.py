"""How is the county's stage set? By a person who sees the whole county, with words for the public."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mudan.core.people.model import Actor
from mudan.core.stage import queries, store
from mudan.core.stage.model import NORMAL, Setting, advised
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


async def set_stage(
    connection: Connection,
    actor: Actor,
    now: datetime,
    *,
    number: int,
    why: str,
    public_why: str,
    seen: int,
    since: datetime | None = None,
) -> Setting:
    """Set the stage from `since` (now unless given; not in the future). `seen` is the newest setting the person saw,
    0 for none.
    """
    space = actor.scope.space
    await store.hold(connection, space)
    current = await queries.current(connection, space)
    if seen != (current.seq if current else 0):
        raise Conflict("the stage was set meanwhile; look again")
    county = await of_the_county(connection, actor)
    known = await queries.kinds(connection)
    if number not in {kind.number for kind in known}:
        raise Invalid("a stage is 1 to 5", field="number")
    if number == (current.number if current else NORMAL):
        raise Conflict("the county is in that stage already")
    if not why.strip() or not public_why.strip():
        raise Invalid("say why, also for the public", field="why" if public_why.strip() else "public_why")
    since = since or now
    if since > now or since < now - timedelta(days=1) or (current is not None and since < current.since):
        raise Invalid("a stage holds from a moment after the last one and not in the future", field="since")
    advice = advised(known, await queries.grounds(connection, space, county))
    await store.append(
        connection,
        {
            "space": space, "area_code": county, "number": number, "since": since, "set_at": now,
            "set_by": actor.name, "why": why.strip(), "public_why": public_why.strip(), "advised": advice.number,
        },
    )  # fmt: skip
    setting = await queries.current(connection, space)
    assert setting is not None  # it was written above
    return setting


async def of_the_county(connection: Connection, actor: Actor) -> str:
    """The county's code; raises NotAllowed for somebody who sees only a part of it."""
    county = await queries.county(connection)
    if not county.startswith(actor.scope.area):
        raise NotAllowed("this is the whole county's")
    return county


async def put_kind(
    connection: Connection,
    actor: Actor,
    number: int,
    name: Text,
    meaning: Text,
    advise: Sequence[tuple[int, int]],
) -> None:
    """Set the county's own words and advice for a stage; it is no example any more."""
    await of_the_county(connection, actor)
    if any(level not in (1, 2, 3, 4) or count < 1 for level, count in advise):
        raise Invalid("advice is a level 1 to 4 and a count from 1", field="advise")
    rules = [{"level": level, "count": count} for level, count in advise]
    row = {
        "number": number, "name_zh": name.zh, "name_en": name.en, "meaning_zh": meaning.zh, "meaning_en": meaning.en,
        "advise": rules,
    }  # fmt: skip
    if not await store.put_kind(connection, row):
        raise Invalid("a stage is 1 to 5", field="number")
