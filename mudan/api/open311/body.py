"""What do the bytes of a report hold? The fields of a form as text, and its pictures; bounded before they are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from mudan.api.open311.errors import refused

MOST_FORM_BYTES: Final = 1 << 20
MOST_FIELDS: Final = 300
MOST_PICTURES: Final = 5
MOST_PICTURE_BYTES: Final = 15 << 20
_URLENCODED: Final = "application/x-www-form-urlencoded"
_CHINESE: Final = frozenset(("gbk", "gb2312", "gb18030"))  # each is read as the last, which holds the others


@dataclass(frozen=True, slots=True)
class Body:
    """A form: its fields in order, and the bytes of the pictures that came with it."""

    pairs: tuple[tuple[str, str], ...]
    pictures: tuple[bytes, ...] = ()


async def body_of(request: Request) -> Body:
    """The form that a request brings. Raises 400 and 413."""
    kind, options = parse_options_header(request.headers.get("content-type", _URLENCODED))
    charset = options.get(b"charset", b"utf-8").decode("latin-1").lower()
    if kind == b"multipart/form-data":
        return await _multipart(request, charset)
    if kind.decode("latin-1") != _URLENCODED:
        raise refused(400, f"the body is a form: {_URLENCODED} or multipart/form-data")
    return Body(tuple(_pairs(await _bytes(request), charset)))


async def _bytes(request: Request) -> bytes:
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MOST_FORM_BYTES:
            raise refused(413, f"a form without pictures has at most {MOST_FORM_BYTES} bytes")
    return bytes(data)


def _pairs(data: bytes, charset: str) -> Iterator[tuple[str, str]]:
    fields = [part for part in data.split(b"&") if part]
    if len(fields) > MOST_FIELDS:
        raise refused(400, f"a form has at most {MOST_FIELDS} fields")
    for field in fields:
        name, _, value = field.replace(b"+", b" ").partition(b"=")
        key = _text(unquote_to_bytes(name), charset, "a field's name")
        yield key, _text(unquote_to_bytes(value), charset, key)


def _text(data: bytes, charset: str, name: str) -> str:
    try:
        text = data.decode("gb18030" if charset in _CHINESE else "utf-8")
    except UnicodeDecodeError:
        raise refused(400, f"{name[:60]} is not text in UTF-8") from None
    if "\0" in text:
        raise refused(400, f"{name[:60]} holds a character that is no text")
    return text


async def _multipart(request: Request, charset: str) -> Body:
    # Read as Latin-1 no byte is lost, so that text in another encoding is told instead of being made unreadable.
    given = request.headers.get("content-type", "")
    headers = Headers({"content-type": f"{given}; charset=latin-1"})
    parser = _Parser(
        headers, request.stream(), max_files=MOST_PICTURES, max_fields=MOST_FIELDS, max_part_size=MOST_FORM_BYTES
    )  # fmt: skip
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        reason = getattr(error, "message", "") or "malformed"
        raise refused(400, f"the form cannot be read: {reason}") from None
    finally:
        if not parser.finished:
            parser.close()
    try:
        return await _body(form, charset)
    finally:
        await form.close()


async def _body(form: FormData, charset: str) -> Body:
    pairs, pictures = [], []
    for name, value in form.multi_items():
        key = _text(name.encode("latin-1"), charset, "a field's name")
        if isinstance(value, str):
            pairs.append((key, _text(value.encode("latin-1"), charset, key)))
        elif value.size:
            if value.size > MOST_PICTURE_BYTES:
                raise refused(413, f"a picture has at most {MOST_PICTURE_BYTES >> 20} MiB")
            pictures.append(await value.read())
    return Body(tuple(pairs), tuple(pictures))


class _Parser(MultiPartParser):
    """Starlette's parser, whose files can be closed however reading ended."""

    finished = False

    async def parse(self) -> FormData:
        form = await super().parse()
        self.finished = True
        return form

    def close(self) -> None:
        """Close what was written down so far."""
        for file in self._files_to_close_on_error:
            file.close()
