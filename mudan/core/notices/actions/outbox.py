"""How do notices leave the centre? By channels; unless there is a gateway, by files that a person reads.

queued ──a channel takes it──▶ sent        (one transaction: what was taken back meanwhile stays)
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from mudan.core.notices import queries, store
from mudan.primitives.changes import Changes
from mudan.storage.pool import Connection

BATCH = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """One call on its way out: words in both languages, names and numbers."""

    id: UUID
    channel: str
    to: tuple[tuple[str, str], ...]
    target: str
    title: Mapping[str, str]
    body: Mapping[str, str]
    noun: str
    subject: str
    level: int | None
    fired_at: datetime
    late: bool


class Channel(Protocol):
    """A way out. Taking the same letter twice must do no harm: the database may be lost after the first."""

    def take(self, letter: Letter) -> None:
        """Take the letter; raises OSError when it cannot."""
        ...


class FileOutbox:
    """A folder with one file a letter, named by its id, for an operator or a gateway to read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, letter: Letter) -> None:
        folder = self._folder / letter.channel
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        words: dict[str, Any] = asdict(letter) | {
            "id": str(letter.id),
            "fired_at": letter.fired_at.isoformat(),
            "to": [{"name": name, "number": number} for name, number in letter.to],
        }
        draft = folder / f".{letter.id}"
        draft.write_text(json.dumps(words, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(folder / f"{letter.id}.json")


async def hand_over(connection: Connection, channel: Channel, now: datetime) -> Changes:
    """Give the channel what waits; nothing of an exercise ever waits."""
    changes = Changes()
    for row in await queries.waiting(connection, BATCH):
        channel.take(
            Letter(
                row["id"], row["channel"], tuple((to["name"], to["number"]) for to in row["addresses"]),
                row["target"], row["title"], row["body"], row["noun"], row["subject"], row["level"], row["fired_at"],
                row["late"],
            )
        )  # fmt: skip
        await store.sent(connection, row["id"], now)
        changes.touch("notices", row["space"], row["notice_id"])
    return changes
