"""What does the form of a report say, and does it answer what its service asks? What is wrong is listed.

service_code=… lat=… long=… | address_string=… | address_id=… description=… attribute[CODE]=… attribute[CODE][]=…
"""

import re
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Final

from mudan.core.cases.model.georeport.times import moment
from mudan.core.cases.model.georeport.words import Attribute, Definition, Posted, Refusal
from mudan.primitives.errors import DecodeError

LONGEST_DESCRIPTION: Final = 4000  # characters, by the standard
LONGEST: Final = {
    "media_url": 2000,
    "address_string": 300,
    "address_id": 100,
    "email": 200,
    "description": 4000,
}
LONGEST_OTHER: Final = 200
MOST_ATTRIBUTES: Final = 100
_ATTRIBUTE: Final = re.compile(r"attribute\[(.+?)\](\[\])?", re.DOTALL)
_TEXTS: Final = (
    "service_code", "jurisdiction_id", "api_key", "address_string", "address_id", "email", "device_id", "account_id",
    "first_name", "last_name", "phone", "description", "media_url",
)  # fmt: skip
_BAD: Final = "400"


def posted(pairs: Iterable[tuple[str, str]]) -> tuple[Posted, tuple[Refusal, ...]]:
    """The report that a form's fields make, and what is wrong with them. An empty field is one that is not there."""
    texts: dict[str, str] = {}
    attributes: dict[str, tuple[str, ...]] = {}
    wrong: list[Refusal] = []
    for name, value in pairs:
        if not value.strip():
            continue
        found = _ATTRIBUTE.fullmatch(name)
        if found is None:
            texts[name] = value.strip()
        elif found[2]:
            attributes[found[1]] = (*attributes.get(found[1], ()), value.strip())
        else:
            attributes[found[1]] = (value.strip(),)
    if len(attributes) > MOST_ATTRIBUTES:
        wrong.append(Refusal(_BAD, f"more than {MOST_ATTRIBUTES} attributes were provided"))
    for name in _TEXTS:
        longest = LONGEST.get(name, LONGEST_OTHER)
        if len(texts.get(name, "")) > longest:
            wrong.append(Refusal(_BAD, f"{name} is longer than {longest} characters"))
    lat, lon = _degrees(texts, "lat", 90, wrong), _degrees(texts, "long", 180, wrong)
    known = {name: texts[name] for name in _TEXTS if name in texts}
    report = Posted(lat=lat, lon=lon, attributes=attributes, **known)
    return report, (*wrong, *_place(report, texts))


def _degrees(texts: dict[str, str], name: str, most: int, wrong: list[Refusal]) -> float | None:
    given = texts.get(name)
    if given is None:
        return None
    try:
        value = float(given)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or abs(value) > most or "_" in given:
        wrong.append(Refusal(_BAD, f"{name} is not a number of degrees from -{most} to {most}"))
        return None
    return value


def _place(report: Posted, texts: dict[str, str]) -> Iterable[Refusal]:
    if not report.service_code:
        yield Refusal(_BAD, "service_code was not provided")
    if ("lat" in texts) != ("long" in texts):
        yield Refusal(_BAD, "lat and long were not both provided")
    elif not {"lat", "long", "address_string", "address_id"} & texts.keys():
        yield Refusal(
            _BAD, "no location was provided: lat and long, address_string or address_id is required"
        )


def against(report: Posted, definition: Definition) -> tuple[Refusal, ...]:
    """What of a report does not answer what its service asks. Attributes that it does not ask are let through."""
    return tuple(
        Refusal(_BAD, said)
        for asked in definition.attributes
        if asked.variable
        for said in _answers(asked, report.attributes.get(asked.code, ()))
    )


def _answers(asked: Attribute, given: Sequence[str]) -> Iterable[str]:
    name = f"attribute[{asked.code}]"
    if not given:
        if asked.required:
            yield f"{name} is required and was not provided"
        return
    if len(given) > 1 and asked.datatype != "multivaluelist":
        yield f"{name} takes one value"
    if asked.datatype in ("singlevaluelist", "multivaluelist"):
        for value in given:
            if value not in {choice.key for choice in asked.values}:
                yield f"{name} is not one of the values of its list"
    elif asked.datatype == "number":
        if not _is_number(given[0]):
            yield f"{name} is not a number"
    elif asked.datatype == "datetime":
        try:
            moment(given[0])
        except DecodeError:
            yield f"{name} is not a time of ISO 8601"


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text)) and "_" not in text
    except ValueError:
        return False


def pairs_of(report: Posted) -> list[tuple[str, str]]:
    """The fields of the form that sends a report."""
    pairs = [(name, getattr(report, name)) for name in _TEXTS if getattr(report, name)]
    if report.lat is not None and report.lon is not None:
        pairs += [("lat", repr(report.lat)), ("long", repr(report.lon))]
    for code, values in report.attributes.items():
        name = f"attribute[{code}]" if len(values) == 1 else f"attribute[{code}][]"
        pairs += [(name, value) for value in values]
    return pairs
