"""How does an entity look as NGSI-LD? Attributes first, then the normalised or the simplified form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from mudan.api.ngsi_ld.context import Context
from mudan.api.wire import stamp
from mudan.core.entities.model import Entity
from mudan.core.observations.model import Quality
from mudan.core.observations.queries import Latest
from mudan.primitives.geo import Point
from mudan.primitives.units import UNITS

PROPERTY, GEO, LANGUAGE = "Property", "GeoProperty", "LanguageProperty"
_VALUE_MEMBER: Final = {PROPERTY: "value", GEO: "value", LANGUAGE: "languageMap"}


class Times(NamedTuple):
    """When something was made and last changed; shown with sysAttrs only."""

    created_at: datetime | None = None
    modified_at: datetime | None = None

    def shown(self) -> dict[str, str]:
        """As members of an entity or attribute."""
        named = {"createdAt": self.created_at, "modifiedAt": self.modified_at}
        return {name: stamp(moment) for name, moment in named.items() if moment is not None}


NO_TIMES: Final = Times()


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute."""

    kind: str
    value: Any
    unit: str = ""
    observed_at: datetime | None = None
    quality: tuple[str, ...] = ()
    times: Times = NO_TIMES


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity with its attributes by stored name, and where it is for distances."""

    entity: Entity
    attributes: dict[str, Attribute]
    point: Point | None

    def resolve(self, name: str, below: tuple[str, ...], member: str) -> Any:
        """What `q` finds at a path; None where there is nothing."""
        attribute = self.attributes.get(name)
        if attribute is None:
            moments = {"createdAt": self.entity.created_at, "modifiedAt": self.entity.modified_at}
            return moments.get(name)
        value = attribute.value
        for part in below:
            value = _sub_attribute(attribute, part) if value is attribute.value else None
        if member == "*" and isinstance(value, dict):
            return list(value.values())
        if member:
            return value.get(member) if isinstance(value, dict) else None
        return list(value.values()) if attribute.kind == LANGUAGE and not below else value


def thing_of(entity: Entity, latest: Iterable[Latest]) -> Thing:
    """An entity with its name, place, properties and latest values."""
    times = Times(entity.created_at, entity.modified_at)
    attributes = {"name": Attribute(LANGUAGE, {"zh": entity.name.zh, "en": entity.name.en}, times=times)}
    attributes |= {
        name: Attribute(PROPERTY, value, times=times)
        for name, value in sorted(entity.properties.items())
        if value is not None
    }
    measured = {row.quantity: row for row in latest}
    attributes |= {name: attribute_of(row) for name, row in measured.items()}
    location, point = _location(entity, measured, times)
    if location is not None:
        attributes["location"] = location
    return Thing(entity, attributes, point)


def attribute_of(row: Latest) -> Attribute:
    """A measured value as a Property."""
    quality = tuple(flag.name.lower() for flag in Quality(row.quality) if flag.name)
    return Attribute(
        PROPERTY, row.value, row.unit, row.observed_at, quality, Times(row.received_at, row.received_at)
    )


def shown(
    thing: Thing, context: Context, names: Sequence[str], *, simplified: bool, sys_attrs: bool
) -> dict[str, Any]:
    """The entity in the reader's words; `names` are stored names to keep, none keeps all."""
    entity = thing.entity
    body: dict[str, Any] = {"id": entity.urn, "type": context.shown(entity.type)}
    if sys_attrs and not simplified:
        body |= Times(entity.created_at, entity.modified_at).shown()
    for name, attribute in thing.attributes.items():
        if names and name not in names:
            continue
        form = simple(attribute) if simplified else normalised(attribute, context, sys_attrs=sys_attrs)
        body[context.shown(name)] = form
    return body


def normalised(attribute: Attribute, context: Context, *, sys_attrs: bool = False) -> dict[str, Any]:
    """The attribute with all it carries."""
    form: dict[str, Any] = {
        "type": attribute.kind,
        _VALUE_MEMBER[attribute.kind]: attribute.value,
    }
    if attribute.unit in UNITS:
        form["unitCode"] = UNITS[attribute.unit].cefact
    if attribute.observed_at is not None:
        form["observedAt"] = stamp(attribute.observed_at)
    if attribute.quality:
        form[context.shown("quality")] = {"type": PROPERTY, "value": list(attribute.quality)}
    if sys_attrs:
        form |= attribute.times.shown()
    return form


def simple(attribute: Attribute) -> Any:
    """The bare value."""
    return {"languageMap": attribute.value} if attribute.kind == LANGUAGE else attribute.value


def _location(
    entity: Entity, measured: dict[str, Latest], times: Times
) -> tuple[Attribute | None, Point | None]:
    lon, lat = measured.get("longitude"), measured.get("latitude")
    if lon is not None and lat is not None:  # what moves is where it last said it was
        point = Point(lon.value, lat.value)
        place = Attribute(
            GEO,
            {"type": "Point", "coordinates": [point.lon, point.lat]},
            observed_at=min(lon.observed_at, lat.observed_at),
            times=Times(lon.received_at, lon.received_at),
        )
        return place, point
    if entity.place is not None:
        return Attribute(GEO, entity.place, times=times), entity.point
    if entity.point is not None:
        bare = {"type": "Point", "coordinates": [entity.point.lon, entity.point.lat]}
        return Attribute(GEO, bare, times=times), entity.point
    return None, None


def _sub_attribute(attribute: Attribute, name: str) -> Any:
    return {
        "observedAt": attribute.observed_at,
        "createdAt": attribute.times.created_at,
        "modifiedAt": attribute.times.modified_at,
        "unitCode": UNITS[attribute.unit].cefact if attribute.unit in UNITS else None,
        "quality": list(attribute.quality) or None,
    }.get(name)
