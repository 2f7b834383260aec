"""How much work are the forms? Added to the sums of a day, a form and a department; nobody's own is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mudan.core.cases import store
from mudan.primitives.clock import CST
from mudan.storage.pool import Connection

FORMS: Final = ("intake", "report", "portal")
MOST_FIELDS: Final = 60
MOST_SECONDS: Final = 3600  # a form left open over lunch says nothing


@dataclass(frozen=True, slots=True)
class Filled:
    """One entry: which form, how many fields were filled, how many seconds it took, and whether it was a duplicate."""

    form: str
    fields: int
    seconds: int
    avoided: bool = False


async def weigh(connection: Connection, space: int, department: str, filled: Filled, now: datetime) -> None:
    """Add one entry to the sums of its day."""
    if filled.form not in FORMS:
        return
    await store.add_burden(
        connection,
        {
            "space": space, "day": now.astimezone(CST).date(), "form": filled.form, "department": department,
            "fields": max(0, min(MOST_FIELDS, filled.fields)), "seconds": max(0, min(MOST_SECONDS, filled.seconds)),
            "avoided": int(filled.avoided),
        },
    )  # fmt: skip
