"""Which words describe a person? The account as screens show it; never its password."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from mudan.core.people.model.roles import Role
from mudan.primitives.errors import Invalid

_LOGIN: Final = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_NAME_LONGEST: Final = 64


class Locale(StrEnum):
    """The language somebody reads."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Person:
    """An account."""

    id: UUID
    login: str
    name: str
    role: Role
    department: str | None
    area_code: str
    locale: Locale
    disabled: bool
    locked_until: datetime | None
    last_seen_at: datetime | None


def checked_login(login: str) -> str:
    """The login in small letters; raises Invalid when it is none."""
    folded = login.strip().lower()
    if not _LOGIN.fullmatch(folded):
        raise Invalid(
            "a login has 2 to 32 of a-z, 0-9, dot, line and underline, a letter first", field="login"
        )
    return folded


def checked_name(name: str) -> str:
    """The name without spaces around it; raises Invalid when it is empty, too long or not printable."""
    bare = name.strip()
    if not bare or len(bare) > _NAME_LONGEST or not bare.isprintable():
        raise Invalid(f"a name has 1 to {_NAME_LONGEST} printable characters", field="name")
    return bare
