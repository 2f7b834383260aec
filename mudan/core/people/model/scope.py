"""What may somebody see? The one decision on area, department and data space, told also to the database.

a row (area_code, department, space) is seen when
    space      is the scope's space                         and
    area_code  begins with the scope's area                 and
    department is none, or one of the scope's departments, or the scope sees all
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from mudan.core.people.model.roles import DEPARTMENT_BOUND, Role
from mudan.primitives.errors import Invalid

EVERY_SPACE: Final = -1
REAL: Final = 0  # the data space of reality, as in core.entities.model, which stands above this noun


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody sees. `departments` None is all of them; `space` EVERY_SPACE is all of them.

    Raises Invalid for a department code that could be read as a list or as all departments.
    """

    person: UUID | None
    role: Role | None
    area: str
    departments: frozenset[str] | None = None
    space: int = REAL

    def __post_init__(self) -> None:
        for code in self.departments or ():
            if not code or "," in code or code == "*":
                raise Invalid("a department code may not be empty, '*' or hold a comma", field="department")

    def sees(self, area_code: str | None, department: str | None, space: int) -> bool:
        """Whether a row of that area, department and data space is seen; `mudan_sees` says the same."""
        if area_code is None:
            return False
        return (
            self.space in (EVERY_SPACE, space)
            and area_code.startswith(self.area)
            and (self.departments is None or department is None or department in self.departments)
        )

    def settings(self) -> dict[str, str]:
        """The same scope as `Database.work` takes it."""
        return {
            "area": self.area,
            "departments": "*" if self.departments is None else ",".join(sorted(self.departments)),
            "space": "*" if self.space == EVERY_SPACE else str(self.space),
            "person": "" if self.person is None else str(self.person),
        }


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody signed in: who, by which session, what they may do and see.

    `session` is the stored hash of the session's token, never the token.
    """

    person: UUID
    login: str
    name: str
    session: bytes
    permissions: frozenset[str]
    scope: Scope

    def may(self, permission: str) -> bool:
        """Whether they hold a permission."""
        return permission in self.permissions


def scope_of(person: UUID, role: Role, area_code: str, department: str | None, *, space: int = REAL) -> Scope:
    """The scope that a role, an area and a department give."""
    bound = frozenset({department} if department else ()) if role in DEPARTMENT_BOUND else None
    return Scope(person, role, area_code, bound, space)
