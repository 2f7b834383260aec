"""Is this a good CAP message, and if not, what is wrong where? Errors and warnings apart, all of them.

structure   elements known, in order, as often as allowed (the schema's rules)
values      each text against its sort
sense       what one element says about another
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from lxml import etree

from mudan.core.warnings.model.cap_grammar import GRAMMARS, MANY, SIGNATURE_NS, Grammar, Part
from mudan.core.warnings.model.cap_sense import sense
from mudan.core.warnings.model.cap_values import time_of
from mudan.core.warnings.model.findings import Finding
from mudan.primitives.xml_door import children, local, namespace, path_of, text_of

MOST_FINDINGS: Final = 200
_TAGS: Final = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(\s[^<>]*)?/?>")
_ENTITIES: Final = re.compile(r"&(#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")


def checked(root: etree._Element, version: str) -> tuple[Finding, ...]:
    """All that is wrong with an `alert` element of one CAP version, errors first, at most MOST_FINDINGS."""
    return first_ones(_all(root, GRAMMARS[version]))


def first_ones(findings: Iterator[Finding]) -> tuple[Finding, ...]:
    """At most MOST_FINDINGS, each once, errors before warnings."""
    found = dict.fromkeys(islice(findings, MOST_FINDINGS))
    return tuple(sorted(found, key=lambda finding: finding.warning))


def _all(root: etree._Element, grammar: Grammar) -> Iterator[Finding]:
    yield from built(root, grammar)
    yield from sense(root, grammar.version)


def built(root: etree._Element, grammar: Grammar) -> Iterator[Finding]:
    """What a grammar alone has against a message: structure and values."""
    yield from _element(root, root, "ALERT", grammar)


def _element(element: etree._Element, root: etree._Element, sort: str, grammar: Grammar) -> Iterator[Finding]:
    parts = grammar.parts[sort]
    if text_of(element).strip():
        yield Finding("INVALID_CHARACTERS", path_of(element, root), text_of(element).strip()[:60])
    yield from _order(element, root, parts)
    known = {part.name: part for part in parts}
    for child in children(element):
        part = known.get(local(child))
        if part is None or not _own(child, root):
            continue
        if part.sort in grammar.parts:
            yield from _element(child, root, part.sort, grammar)
        elif grammar.lax and not text_of(child).strip():
            if part.least:
                yield Finding("MISSING_REQUIRED_ELEMENT", path_of(child, root), part.name)
        elif part.sort != "signature":
            yield from _value(child, root, part.sort, grammar)


def _order(element: etree._Element, root: etree._Element, parts: tuple[Part, ...]) -> Iterator[Finding]:
    """The schema's sequence: what stands where it must not, and what is missing."""
    names = [part.name for part in parts]
    present = [local(child) for child in children(element) if _own(child, root)]
    at, count = 0, 0
    for child in children(element):
        name = local(child)
        if not _own(child, root) or name not in names:
            yield Finding("UNSUPPORTED_ELEMENT", path_of(child, root), name[:60])
            continue
        place = names.index(name)
        if place < at:
            again = parts[place].most != MANY and present.count(name) > 1
            yield Finding("DUPLICATE_ELEMENT" if again else "INVALID_SEQUENCE", path_of(child, root), name)
            continue
        if place > at:
            skipped = parts[at + (count > 0) : place]
            if any(part.least and part.name in present for part in skipped):
                yield Finding("INVALID_SEQUENCE", path_of(child, root), name)
                continue
            at, count = place, 0
        count += 1
        if parts[place].most != MANY and count > parts[place].most:
            yield Finding("DUPLICATE_ELEMENT", path_of(child, root), name)
    for part in parts:
        if part.least and part.name not in present:
            yield Finding("MISSING_REQUIRED_ELEMENT", path_of(element, root), part.name)


def _own(child: etree._Element, root: etree._Element) -> bool:
    """Whether an element belongs to the message's own namespace; a signature to its own."""
    expected = SIGNATURE_NS if local(child) == "Signature" else namespace(root)
    return namespace(child) == expected


def _value(child: etree._Element, root: etree._Element, sort: str, grammar: Grammar) -> Iterator[Finding]:
    for inner in children(child):
        yield Finding("UNSUPPORTED_ELEMENT", path_of(inner, root), local(inner)[:60])
    text = text_of(child)
    if sort in grammar.words:
        if text not in grammar.words[sort]:
            yield Finding("INVALID_ENUM_VALUE", path_of(child, root), text[:60])
        return
    if sort == "time":
        if time_of(text, grammar.version) is None:
            yield Finding("INVALID_DATE", path_of(child, root), text.strip()[:60])
        return
    check = grammar.sorts.get(sort)
    code = check(text, grammar.version) if check else None
    if code:
        warning = code == "INVALID_DIGEST"
        yield Finding(code, path_of(child, root), text.strip()[:60], warning)
    if sort == "text":
        yield from _markup(child, root, text)


def _markup(child: etree._Element, root: etree._Element, text: str) -> Iterator[Finding]:
    if _TAGS.search(text):
        yield Finding("TEXT_CONTAINS_HTML_TAGS", path_of(child, root), local(child), warning=True)
    if _ENTITIES.search(text):
        yield Finding("TEXT_CONTAINS_HTML_ENTITIES", path_of(child, root), local(child), warning=True)
