"""What does a document hold, whether it is XML or JSON? One tree of names, lists and texts for both.

XML     an element without children is its text; with children their names, a name that comes again is a list
JSON    a number is the text it was written as, so that no identifier loses a digit
nothing (`null`, an empty element, an element marked nil) is None
"""

import json
from typing import Any, Final

from lxml import etree

from mudan.primitives.errors import DecodeError
from mudan.primitives.xml_door import children, local, opened, text_of

MOST_BYTES: Final = 16 << 20
MOST_ELEMENTS: Final = 500_000
_XML_SPACE: Final = b" \t\r\n"
_MARK: Final = b"\xef\xbb\xbf"
Node = dict[str, Any] | list[Any] | str | bool | None


def tree(data: bytes) -> Node:
    """The tree of a document in either form; an XML document is {root: tree}. Raises DecodeError."""
    if len(data) > MOST_BYTES:
        raise DecodeError(f"more than {MOST_BYTES} bytes", offset=MOST_BYTES)
    given = data.removeprefix(_MARK).lstrip(_XML_SPACE)
    if not given:
        raise DecodeError("there is nothing in it")
    if given.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        root = opened(given, most_bytes=MOST_BYTES, most_elements=MOST_ELEMENTS)
        return {local(root): _of(root)}
    return _of_json(given)


def _of(element: etree._Element) -> Node:
    if _is_nil(element):
        return None
    inner = children(element)
    if not inner:
        return text_of(element).strip() or None
    found: dict[str, Any] = {}
    for child in inner:
        name, value = local(child), _of(child)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def _is_nil(element: etree._Element) -> bool:
    marks = (str(name).rpartition("}")[2] for name, value in element.attrib.items() if value == "true")
    return "nil" in marks


def _of_json(data: bytes) -> Node:
    def unknown(word: str) -> Any:
        raise ValueError(f"{word} is no JSON")

    try:
        found: Node = json.loads(data, parse_int=str, parse_float=str, parse_constant=unknown)
        if b"\\u" in data:
            json.dumps(found, ensure_ascii=False).encode()  # half a character could be stored nowhere
    except json.JSONDecodeError as error:
        raise DecodeError(f"no JSON: {error.msg}", offset=error.pos) from None
    except (ValueError, RecursionError) as error:
        raise DecodeError(f"no JSON: {error}"[:200]) from None
    return found


def items(node: Node, plural: str, singular: str) -> list[Node]:
    """The items of a list, however it is wrapped: a list, a list of wrapped ones, a single one, nothing."""
    if node is None or node == "":
        return []
    if isinstance(node, list):
        return [_unwrapped(each, singular) for each in node]
    if isinstance(node, dict):
        if plural in node:
            return items(node[plural], plural, singular)
        if set(node) == {singular}:
            return items(node[singular], plural, singular)
    return [node]


def _unwrapped(node: Node, singular: str) -> Node:
    if isinstance(node, dict) and set(node) == {singular} and isinstance(node[singular], dict):
        inner: dict[str, Any] = node[singular]
        return inner
    return node
