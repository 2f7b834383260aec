"""Which case types and causes does this centre know? Its examples, and what its platforms bring when it starts."""

from collections.abc import Iterable
from typing import Final

from mudan.core.cases.model.causes import Cause
from mudan.core.cases.model.common_causes import CAUSES
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.types import CaseType
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text

REPORTED: Final = Text("登记案件", "case reported")

_KNOWN: Final[dict[str, CaseType]] = {HOTLINE.name: HOTLINE}
_CAUSES: Final[dict[str, Cause]] = {one.name: one for one in CAUSES}


def learn(types: Iterable[CaseType], causes: Iterable[Cause] = ()) -> None:
    """Take up types and causes whose faults were looked for; a name that is known is replaced."""
    _KNOWN.update({one.name: one for one in types})
    _CAUSES.update({one.name: one for one in causes})


def known_types() -> tuple[CaseType, ...]:
    """Every type there is."""
    return tuple(_KNOWN.values())


def type_named(name: str) -> CaseType:
    """A case type by its name (raises NotFound)."""
    known = _KNOWN.get(name)
    if known is None:
        raise NotFound("there is no such case type")
    return known


def event_title(type_name: str, kind: str) -> Text:
    """What an event of a case is called; one that is no step of its type is called by its own word."""
    if kind == "report":
        return REPORTED
    case_type = _KNOWN.get(type_name)
    ways = () if case_type is None else case_type.transitions
    return next((way.title for way in ways if way.name == kind), Text(kind, kind))


def known_causes() -> tuple[Cause, ...]:
    """Every cause that is looked for."""
    return tuple(_CAUSES.values())


def cause_named(name: str) -> Cause:
    """A cause by its name (raises NotFound)."""
    known = _CAUSES.get(name)
    if known is None:
        raise NotFound("there is no such cause")
    return known
