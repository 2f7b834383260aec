"""Which elements may a CAP message hold, how often, in which order, and of which sort?

Sorts of values: text, name (no space, comma, < or &), time, uri, web, language, integer, decimal, base64,
mime, digest, references, polygon, circle, and the enumerations; `pair` and the capitals are elements within.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from mudan.core.warnings.model.cap import (
    Category,
    Certainty,
    MsgType,
    Response,
    Scope,
    Severity,
    Status,
    Urgency,
)
from mudan.core.warnings.model.cap_values import SORTS

MANY: Final = 0


class Part(NamedTuple):
    """One kind of child: at least so many, at most so many (MANY: no bound), and its sort."""

    name: str
    least: int
    most: int
    sort: str


class Grammar(NamedTuple):
    """One version of CAP: the parts of each sort that has any, the words of each enumeration, and what a
    text of each other sort must be. `lax`: an element that may be absent may be empty as well."""

    version: str
    parts: dict[str, tuple[Part, ...]]
    words: dict[str, frozenset[str]]
    sorts: Mapping[str, Callable[[str, str], str | None]] = SORTS
    lax: bool = False


def parts_of(text: str) -> tuple[Part, ...]:
    """`name sort` is needed once, `?` may be absent, `*` may repeat, `+` must be there and may repeat."""
    bounds = {"?": (0, 1), "*": (0, MANY), "+": (1, MANY)}
    found = []
    for entry in text.split(","):
        name, sort = entry.split()
        least, most = bounds.get(name[-1], (1, 1))
        found.append(Part(name.rstrip("?*+"), least, most, sort))
    return tuple(found)


def _words(kind: type[StrEnum]) -> frozenset[str]:
    return frozenset(member.value for member in kind)


_WORDS: Final = {
    "status": _words(Status),
    "msgType": _words(MsgType),
    "scope": _words(Scope),
    "category": _words(Category),
    "responseType": _words(Response),
    "urgency": _words(Urgency),
    "severity": _words(Severity),
    "certainty": _words(Certainty),
}
_PAIR: Final = parts_of("valueName text, value text")

CAP_12_GRAMMAR: Final = Grammar(
    "1.2",
    {
        "ALERT": parts_of(
            "identifier name, sender name, sent time, status status, msgType msgType, source? text,"
            "scope scope, restriction? text, addresses? text, code* text, note? text,"
            "references? references, incidents? text, info* INFO, Signature* signature"
        ),
        "INFO": parts_of(
            "language? language, category+ category, event text, responseType* responseType,"
            "urgency urgency, severity severity, certainty certainty, audience? text, eventCode* PAIR,"
            "effective? time, onset? time, expires? time, senderName? text, headline? text,"
            "description? text, instruction? text, web? web, contact? text, parameter* PAIR,"
            "resource* RESOURCE, area* AREA"
        ),
        "RESOURCE": parts_of(
            "resourceDesc text, mimeType mime, size? integer, uri? uri, derefUri? base64, digest? digest"
        ),
        "AREA": parts_of(
            "areaDesc text, polygon* polygon, circle* circle, geocode* PAIR, altitude? decimal,"
            "ceiling? decimal"
        ),
        "PAIR": _PAIR,
    },
    _WORDS,
)

CAP_11_GRAMMAR: Final = Grammar(
    "1.1",
    CAP_12_GRAMMAR.parts
    | {
        "RESOURCE": parts_of(
            "resourceDesc text, mimeType? mime, size? integer, uri? uri, derefUri? base64, digest? digest"
        )
    },
    _WORDS | {"responseType": _WORDS["responseType"] - {"Avoid", "AllClear"}},
)

CAP_10_GRAMMAR: Final = Grammar(
    "1.0",
    {
        "ALERT": parts_of(
            "identifier name, sender name, sent time, status status, msgType msgType, password? text,"
            "source? text, scope? scope, restriction? text, addresses? text, code* text, note? text,"
            "references? references, incidents? text, info* INFO, Signature* signature"
        ),
        "INFO": parts_of(
            "language? language, category* category, event text, urgency urgency, severity severity,"
            "certainty certainty, audience? text, eventCode* assigned, effective? time, onset? time,"
            "expires? time, senderName? text, headline? text, description? text, instruction? text,"
            "web? web, contact? text, parameter* assigned, resource* RESOURCE, area* AREA"
        ),
        "RESOURCE": parts_of("resourceDesc text, mimeType? mime, size? integer, uri? uri, digest? digest"),
        "AREA": parts_of(
            "areaDesc text, polygon* polygon, circle* circle, geocode* assigned, altitude? decimal,"
            "ceiling? decimal"
        ),
    },
    _WORDS
    | {
        "status": _WORDS["status"] - {"Draft"},
        "category": _WORDS["category"] - {"CBRNE"},
        "certainty": (_WORDS["certainty"] - {"Observed"}) | {"Very Likely"},
    },
)

GRAMMARS: Final = {grammar.version: grammar for grammar in (CAP_10_GRAMMAR, CAP_11_GRAMMAR, CAP_12_GRAMMAR)}
SIGNATURE_NS: Final = "http://www.w3.org/2000/09/xmldsig#"
