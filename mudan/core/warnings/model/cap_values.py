"""Is one text of a CAP message what its element promises?"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from mudan.core.warnings.model.cap import Reference
from mudan.core.warnings.model.geometry import circle_of, crosses_itself, polygon_of
from mudan.primitives.errors import Invalid

NATIONAL: Final = "national"  # the national warning XML, GB/T 34283: a blank between date and time
XML_SPACE: Final = " \t\r\n"
_NAME: Final = re.compile(r"[^\s,<&]+")
_TIME_12: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_TIME_NATIONAL: Final = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_TIME_OLD: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_TIMES: Final = {"1.2": _TIME_12, NATIONAL: _TIME_NATIONAL}
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_MIME: Final = re.compile(
    r"(application|audio|font|image|message|model|multipart|text|video)/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
    r"(\s*;.*)?",
    re.IGNORECASE,
)
_URI: Final = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]*:)?"
    r"([A-Za-z0-9\-._~:/?#@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2}|[^\x00-\x7f])*"
)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+")
_DECIMAL: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_INTEGER: Final = re.compile(r"[+-]?\d{1,18}")
_DIGEST: Final = re.compile(r"[0-9A-Fa-f]{40}")
_REFERENCE: Final = re.compile(r"([^\s,<&]+),([^\s,<&]+),([^\s,<&]+)")


def time_of(text: str, version: str = "1.2") -> datetime | None:
    """A CAP time, aware; None when it is none. 1.2 takes neither fraction nor Z, 1.0 and 1.1 both."""
    word = text.strip(XML_SPACE)
    if not _TIMES.get(version, _TIME_OLD).fullmatch(word):
        return None
    try:
        found = datetime.fromisoformat(word)
    except ValueError:
        return None
    offset = found.utcoffset()
    return found if offset is not None and abs(offset.total_seconds()) <= 14 * 3600 else None


def references_of(text: str, version: str = "1.2") -> tuple[Reference, ...]:
    """The references of a message. Raises Invalid when there is none or one is malformed."""
    words = text.split()
    if not words:
        raise Invalid("no reference is given", field="references")
    return tuple(_reference(word, version) for word in words)


def _reference(word: str, version: str) -> Reference:
    if version == "1.0" and "," not in word:
        identifier, _, sender = word.partition("/")
        if not (identifier and sender):
            raise Invalid(f"{word[:60]!r} is no reference", field="references")
        return Reference(sender, identifier, None)
    found = _REFERENCE.fullmatch(word)
    sent = time_of(found.group(3), version) if found else None
    if found is None or sent is None:
        raise Invalid(f"{word[:60]!r} is no reference", field="references")
    return Reference(found.group(1), found.group(2), sent)


def words_of(text: str) -> tuple[str, ...]:
    """A list between blanks; an item with blanks stands in double quotes."""
    return tuple(quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', text))


def absolute(uri: str) -> bool:
    """Whether an address names its scheme."""
    return _SCHEME.fullmatch(uri.strip(XML_SPACE)) is not None


def base64_of(text: str) -> bytes | None:
    """The bytes of a base64 text, blanks left out; None when it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _matches(pattern: re.Pattern[str], code: str) -> Callable[[str, str], str | None]:
    return lambda text, _version: None if pattern.fullmatch(text.strip(XML_SPACE)) else code


def _references(text: str, version: str) -> str | None:
    try:
        references_of(text, version)
    except Invalid:
        return "INVALID_REFERENCES"
    return None


def _polygon(text: str, _version: str) -> str | None:
    try:
        ring = polygon_of(text)
    except Invalid:
        return "INVALID_POLYGON"
    return "INVALID_POLYGON_SELF_INTERSECTION" if crosses_itself(ring) else None


def _circle(text: str, _version: str) -> str | None:
    try:
        circle_of(text)
    except Invalid:
        return "INVALID_CIRCLE"
    return None


def _web(text: str, _version: str) -> str | None:
    word = text.strip(XML_SPACE)
    return None if _URI.fullmatch(word) and absolute(word) else "INVALID_WEB"


def _base64(text: str, _version: str) -> str | None:
    return "INVALID_DEREF_URI" if base64_of(text) is None else None


# What a text of each sort must be: the code of what is wrong, or None.
SORTS: Final[dict[str, Callable[[str, str], str | None]]] = {
    "name": lambda text, _version: None if _NAME.fullmatch(text) else "INVALID_IDENTIFIER",
    "language": _matches(_LANGUAGE, "INVALID_LANGUAGE"),
    "mime": _matches(_MIME, "INVALID_MIME_TYPE"),
    "uri": _matches(_URI, "INVALID_URI"),
    "web": _web,
    "integer": _matches(_INTEGER, "INVALID_RESOURCE_SIZE"),
    "decimal": _matches(_DECIMAL, "INVALID_AREA"),
    "base64": _base64,
    "digest": _matches(_DIGEST, "INVALID_DIGEST"),
    "references": _references,
    "polygon": _polygon,
    "circle": _circle,
}
