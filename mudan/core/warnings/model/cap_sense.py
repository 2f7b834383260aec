"""What does one element of a CAP message say about another, and do they agree?"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mudan.core.warnings.model.cap_values import absolute, references_of, time_of
from mudan.core.warnings.model.findings import Finding
from mudan.primitives.errors import Invalid
from mudan.primitives.xml_door import children, local, path_of, text_of

# Words for people: the same ones under two languages were left untranslated.
_TRANSLATED: Final = ("event", "headline", "description", "instruction")
_REFERRING: Final = frozenset(("Update", "Cancel", "Ack", "Error"))


def sense(root: etree._Element, version: str) -> Iterator[Finding]:
    """What elements say about each other."""
    yield from _head(root, version)
    yield from _references(root, version)
    yield from _languages(root)
    for info in _all(root, "info"):
        yield from _times(root, info, version)
        for resource in _all(info, "resource"):
            yield from _resource(root, resource)
        for area in _all(info, "area"):
            yield from _area(root, area)


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in children(element) if local(child) == name]


def _first(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_all(element, name)), None)


def _text(element: etree._Element, name: str) -> str:
    child = _first(element, name)
    return "" if child is None else text_of(child).strip()


def _head(root: etree._Element, version: str) -> Iterator[Finding]:
    scope, restriction = _text(root, "scope"), _first(root, "restriction")
    if restriction is not None and text_of(restriction).strip() and scope != "Restricted":
        yield Finding("RESTRICTION_SCOPE_MISMATCH", path_of(restriction, root), scope)
    if scope == "Restricted" and not _text(root, "restriction"):
        yield Finding("RESTRICTION_SCOPE_MISMATCH", path_of(root, root) + "/scope[1]", scope)
    if scope == "Private" and not _text(root, "addresses"):
        yield Finding("MISSING_REQUIRED_ELEMENT", path_of(root, root), "addresses")
    explained = _text(root, "status") != "Exercise" and _text(root, "msgType") != "Error"
    if not explained and not _text(root, "note"):
        yield Finding("MISSING_NOTE", path_of(root, root), "note", warning=True)
    if version != "1.0" and _text(root, "msgType") in _REFERRING and _first(root, "references") is None:
        yield Finding("MISSING_REQUIRED_ELEMENT", path_of(root, root), "references")


def _references(root: etree._Element, version: str) -> Iterator[Finding]:
    element = _first(root, "references")
    if element is None:
        return
    try:
        references = references_of(text_of(element), version)
    except Invalid:
        return  # told by the check of the value
    where, sent = path_of(element, root), time_of(_text(root, "sent"), version)
    for reference in references:
        if reference.identifier == _text(root, "identifier"):
            yield Finding("CIRCULAR_REFERENCE", where, reference.identifier)
        if sent and reference.sent and reference.sent > sent:
            yield Finding("POSTDATED_REFERENCE", where, reference.identifier, warning=True)


def _languages(root: etree._Element) -> Iterator[Finding]:
    seen: dict[tuple[str, str], str] = {}
    for info in _all(root, "info"):
        tongue = (_text(info, "language") or "en-US").split("-")[0].lower()
        for name in _TRANSLATED:
            element = _first(info, name)
            words = text_of(element).strip() if element is not None else ""
            if element is None or not words:
                continue
            if seen.setdefault((name, words), tongue) != tongue:
                yield Finding("SAME_TEXT_DIFFERENT_LANGUAGE", path_of(element, root), name, warning=True)


def _times(root: etree._Element, info: etree._Element, version: str) -> Iterator[Finding]:
    expires = time_of(_text(info, "expires"), version)
    starts = [time_of(_text(info, "effective"), version), time_of(_text(root, "sent"), version)]
    element = _first(info, "expires")
    if element is not None and expires and any(start and expires < start for start in starts):
        yield Finding("TIME_ORDER", path_of(element, root), _text(info, "expires"), warning=True)


def _resource(root: etree._Element, resource: etree._Element) -> Iterator[Finding]:
    uri = _first(resource, "uri")
    if uri is not None and not absolute(text_of(uri)) and _first(resource, "derefUri") is None:
        yield Finding("RELATIVE_URI_MISSING_DEREF_URI", path_of(uri, root), text_of(uri).strip()[:60])


def _area(root: etree._Element, area: etree._Element) -> Iterator[Finding]:
    altitude, ceiling = _first(area, "altitude"), _first(area, "ceiling")
    if ceiling is None:
        return
    if altitude is None:
        yield Finding("INVALID_AREA", path_of(area, root), "ceiling without altitude")
        return
    try:
        upside_down = float(text_of(altitude)) > float(text_of(ceiling))
    except ValueError:
        return  # told by the check of the value
    if upside_down:
        yield Finding("INVALID_ALTITUDE_CEILING_RANGE", path_of(ceiling, root), _text(area, "ceiling"))
