"""What is a key of another system, and what must be said to be given one?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.primitives.errors import Invalid

MOST_PER_MINUTE: Final = 6000
SHOWN: Final = 6  # signs of a key by which it is told from others
PREFIX: Final = "mk-"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without what makes it one: `shown` are its first signs."""

    id: UUID
    name: str
    department: str | None
    contact: str
    shown: str
    per_minute: int
    issued_at: datetime
    issued_by: str
    revoked_at: datetime | None
    revoked_by: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """Whom a key is for, who answers for it, and how often a minute it may be used. Raises Invalid."""

    name: str
    contact: str
    department: str | None = None
    per_minute: int = 60

    def __post_init__(self) -> None:
        for field in ("name", "contact"):
            said: str = getattr(self, field)
            if not said.strip() or len(said) > 200:
                raise Invalid("say it in up to 200 characters", field=field)
        if not 1 <= self.per_minute <= MOST_PER_MINUTE:
            raise Invalid(f"a key is used 1 to {MOST_PER_MINUTE} times a minute", field="per_minute")
