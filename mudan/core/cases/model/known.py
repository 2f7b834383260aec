"""Which case types does this centre know? The hotline's example, and what its platforms bring when it starts."""

from collections.abc import Iterable
from typing import Final

from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.types import CaseType
from mudan.primitives.errors import NotFound

_KNOWN: Final[dict[str, CaseType]] = {HOTLINE.name: HOTLINE}


def learn(types: Iterable[CaseType]) -> None:
    """Take up types whose faults were looked for; a name that is known is replaced."""
    _KNOWN.update({one.name: one for one in types})


def known_types() -> tuple[CaseType, ...]:
    """Every type there is."""
    return tuple(_KNOWN.values())


def type_named(name: str) -> CaseType:
    """A case type by its name (raises NotFound)."""
    known = _KNOWN.get(name)
    if known is None:
        raise NotFound("there is no such case type")
    return known
