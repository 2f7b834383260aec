"""How is XML of strangers let in? No DTD, no entities, no network, bounded in bytes, depth and elements.

The bytes are looked at before any parser sees them: a document type is refused whatever it holds, so neither
entities nor outside files nor expansion bombs come into play. The tree keeps the very bytes that were signed.
"""

import re
from typing import Final

from lxml import etree

from mudan.primitives.errors import DecodeError

MOST_BYTES: Final = 2 << 20
MOST_DEPTH: Final = 32
MOST_ELEMENTS: Final = 20_000
XML_SYNTAX: Final = "XML_SYNTAX"
DTD_REFUSED: Final = "DTD_REFUSED"
TOO_LARGE: Final = "TOO_LARGE"

_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# What a document may be written in: each lays ASCII on single bytes, or is told by its byte order mark.
_ENCODINGS: Final = frozenset(
    (
        *("utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"),
        *("gb2312", "gbk", "gb18030", "big5"),
    )
)
_WIDE: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_UCS4: Final = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_DOCTYPE: Final = re.compile(r"<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)


def opened(
    data: bytes, *, most_bytes: int = MOST_BYTES, most_elements: int = MOST_ELEMENTS
) -> etree._Element:
    """The root of a document. Raises DecodeError; its `clause` is the code of what is wrong."""
    if len(data) > most_bytes:
        raise DecodeError(f"more than {most_bytes} bytes", offset=most_bytes, clause=TOO_LARGE)
    found = _DOCTYPE.search(_text(data))
    if found:
        raise DecodeError("a document type or entity is refused", offset=found.start(), clause=DTD_REFUSED)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=False,
        remove_pis=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise DecodeError(
            f"not well-formed: {error}"[:300], offset=_offset(data, error), clause=XML_SYNTAX
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DecodeError("a document type is refused", clause=DTD_REFUSED)
    _bounded(root, most_elements)
    return root


def _text(data: bytes) -> str:
    if data.startswith(_UCS4):
        raise DecodeError("UCS-4 is not taken", clause=XML_SYNTAX)
    for mark, encoding in _WIDE:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if encoding not in _ENCODINGS or data.startswith((b"\x00", b"<\x00")):
        raise DecodeError(f"the encoding '{encoding}' is not taken", clause=XML_SYNTAX)
    return data.decode("latin-1")


def _offset(data: bytes, error: Exception) -> int:
    line, column = getattr(error, "position", (1, 0))
    before = data.split(b"\n")[: max(0, (line or 1) - 1)]
    return min(len(data), sum(len(part) + 1 for part in before) + max(0, (column or 1) - 1))


def _bounded(root: etree._Element, most_elements: int) -> None:
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            depth += 1
            count += 1
            if depth > MOST_DEPTH or count > most_elements:
                raise DecodeError("nested too deeply or too many elements", clause=TOO_LARGE)
        elif event == "end":
            depth -= 1
        if isinstance(element, etree._Entity):
            raise DecodeError("an entity is refused", clause=DTD_REFUSED)


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for comments and instructions."""
    tag: object = element.tag  # comments and instructions have a function for a tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """The namespace of an element, empty when there is none."""
    tag: object = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(element: etree._Element) -> list[etree._Element]:
    """The child elements, without comments and instructions."""
    return [child for child in element if local(child)]


def text_of(element: etree._Element) -> str:
    """All text directly in an element, comments left out."""
    parts = [element.text or ""]
    parts += [child.tail or "" for child in element]
    return "".join(parts)


def path_of(element: etree._Element, root: etree._Element) -> str:
    """Where an element stands under a root: `/alert[1]/info[1]/area[2]`, counted among siblings of its name."""
    steps = []
    current: etree._Element | None = element
    while current is not None:
        before = 0 if current is root else sum(1 for _ in current.itersiblings(current.tag, preceding=True))
        steps.append(f"{local(current)}[{before + 1}]")
        current = None if current is root else current.getparent()
    return "/" + "/".join(reversed(steps))
