"""What did a form's bytes say? UTF-8 or GB 18030, whichever they are; one picture, bounded, nothing else of files.

The framework's own parser takes everything for UTF-8 and makes question marks of a GBK phone's words.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from mudan.primitives.errors import Invalid

MOST_FIELDS: Final = 40
MOST_TEXT: Final = 10_000


@dataclass(slots=True)
class Form:
    """The fields by name, the last of a name; the bytes of the picture, empty when none was chosen."""

    fields: dict[str, str] = field(default_factory=dict)
    picture: bytes = b""

    def get(self, name: str) -> str:
        """A field's words, empty when it is not there."""
        return self.fields.get(name, "")


async def form_of(request: Request) -> Form:
    """The form of a request; raises Invalid for what is none, and HTTPException 413 for one that is too large."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    body = await request.body()
    if kind == b"multipart/form-data":
        return _multipart(body, options.get(b"boundary", b""))
    if kind == b"application/x-www-form-urlencoded":
        return _urlencoded(body)
    raise Invalid("this is no form")


def decoded(given: bytes, name: str) -> str:
    """Words as people typed them: UTF-8, else GB 18030; without what no keyboard writes. Raises Invalid."""
    if len(given) > MOST_TEXT * 4:
        raise Invalid("this is too long", field=name)
    for charset in ("utf-8", "gb18030"):
        try:
            words = given.decode(charset)
        except UnicodeDecodeError:
            continue
        return "".join(one for one in words.replace("\r\n", "\n") if one >= " " or one == "\n")
    raise Invalid("these are no words", field=name)


def _urlencoded(body: bytes) -> Form:
    form = Form()
    parts = body.split(b"&")
    if len(parts) > MOST_FIELDS:
        raise Invalid("the form has too many fields")
    for part in parts:
        name, _, value = part.partition(b"=")
        if name:
            known = decoded(unquote_to_bytes(name.replace(b"+", b" ")), "form")[:64]
            form.fields[known] = decoded(unquote_to_bytes(value.replace(b"+", b" ")), known)
    return form


@dataclass(slots=True)
class _Parts:
    """What the parser has told so far."""

    found: list[tuple[dict[bytes, bytes], bytes]] = field(default_factory=list)
    headers: dict[bytes, bytes] = field(default_factory=dict)
    name: bytes = b""
    value: bytes = b""
    data: list[bytes] = field(default_factory=list)

    def begin(self) -> None:
        if len(self.found) >= MOST_FIELDS:
            raise Invalid("the form has too many fields")
        self.headers, self.data = {}, []

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self.name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += data[start:end]

    def header_end(self) -> None:
        self.headers[self.name.lower()] = self.value
        self.name = self.value = b""

    def part_data(self, data: bytes, start: int, end: int) -> None:
        self.data.append(data[start:end])

    def part_end(self) -> None:
        self.found.append((self.headers, b"".join(self.data)))


def _multipart(body: bytes, boundary: bytes) -> Form:
    parts = _Parts()
    told: Any = {
        "on_part_begin": parts.begin, "on_part_data": parts.part_data, "on_part_end": parts.part_end,
        "on_header_field": parts.header_field, "on_header_value": parts.header_value,
        "on_header_end": parts.header_end,
    }  # fmt: skip
    try:
        parser = MultipartParser(boundary, told)
        parser.write(body)
        parser.finalize()
    except (FormParserError, ValueError) as error:
        raise Invalid("this is no form") from error
    form = Form()
    for headers, data in parts.found:
        _, options = parse_options_header(headers.get(b"content-disposition", b""))
        name = decoded(options.get(b"name", b""), "form")[:64]
        if b"filename" in options:
            form.picture = form.picture or data
        elif name:
            form.fields[name] = decoded(data, name)
    return form
