"""Who inside the area was told of a warning, and who said that they have got it?"""

from typing import Any
from uuid import UUID

from mudan.core.notices import queries as notices
from mudan.core.warnings.model.record import Reached
from mudan.storage.pool import Connection


async def reached(connection: Connection, warning: UUID) -> list[Reached]:
    """One line for each who was told, in the order they were."""
    found = []
    for notice in await notices.of_subject(connection, "warnings", str(warning)):
        names = [name for delivery in notice.deliveries for name in delivery.names]
        receipt: Any = notice.receipts[0] if notice.receipts else None
        found.append(
            Reached(
                name="、".join(dict.fromkeys(names)),
                told_at=notice.created_at,
                state=notice.state,
                received_at=receipt.received_at if receipt else None,
                how=receipt.how if receipt else "",
            )
        )
    return found
