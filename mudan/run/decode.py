"""What does this frame say? `mudan decode PLATFORM (--hex HEX | --text TEXT | --lines FILE)`."""

import argparse
import os
import stat
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import msgspec

from mudan.connect.platform import Decoded, Platform
from mudan.core.observations.model import Quality, Reading
from mudan.primitives.errors import DecodeError, Invalid, NotFound
from mudan.run.discover import platforms

LINE_LIMIT: Final = 4 << 20  # bytes; no frame of any platform is near it, and memory must stay bounded
MALFORMED: Final = 2

encode = msgspec.json.Encoder().encode


def main(argv: list[str]) -> int:
    """Print what frames say as JSON, one object a message. 0 when understood, 2 when not."""
    options = _options(argv)
    try:
        (platform,) = platforms([options.platform])
    except (NotFound, Invalid) as error:
        print(error.reason, file=sys.stderr)
        return MALFORMED
    try:
        return _one(platform, options) if options.lines is None else _lines(platform, options.lines)
    except BrokenPipeError:  # the reader has seen enough; stay silent when Python flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def reports(platform: Platform, raw: bytes) -> list[dict[str, Any]]:
    """The messages of one wire frame as plain data.

    Each: `protocol`, `message`, `observations` (`entity`, `quantity`, `value`, `unit`, `observed_at`,
    `quality`: "good" or the names of what is against it). Raises DecodeError.
    """
    return [_report(platform, decoded) for decoded in platform.decode(raw)]


def fault(error: Exception) -> dict[str, Any]:
    """A frame that could not be understood, as plain data."""
    if isinstance(error, DecodeError):
        return {
            "error": "DecodeError",
            "offset": error.offset,
            "reason": error.reason,
            "clause": error.clause,
        }
    return {"error": type(error).__name__, "offset": 0, "reason": str(error), "clause": ""}


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="mudan decode", description="Print what frames say, as JSON.")
    parser.add_argument("platform", help="a folder of mudan/platforms")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--hex", help="one frame in hexadecimal; blanks are ignored")
    what.add_argument("--text", help="one frame as text")
    what.add_argument("--lines", metavar="FILE", help="a file of one frame a line; - reads standard input")
    return parser.parse_args(argv)


def _one(platform: Platform, options: argparse.Namespace) -> int:
    try:
        raw = os.fsencode(options.text) if options.hex is None else _unhexed(options.hex.encode())
        found = reports(platform, raw)
    except Exception as error:  # noqa: BLE001 - whatever the fault, the answer is one object of JSON
        print(encode(fault(error)).decode(), file=sys.stderr)
        return MALFORMED
    for report in found:
        sys.stdout.buffer.write(encode(report) + b"\n")
    sys.stdout.buffer.flush()
    return 0


def _lines(platform: Platform, path: str) -> int:
    if path == "-":
        _answer(platform, sys.stdin.buffer)
        return 0
    try:
        with open(path, "rb") as source:  # noqa: PTH123 - a path from the command line may be a pipe or device
            _answer(platform, source)
    except OSError as error:
        print(f"cannot read {path}: {error.strerror}", file=sys.stderr)
        return MALFORMED
    return 0


def _answer(platform: Platform, source: BinaryIO) -> None:
    """Write one line of JSON for each line of input; at once when the input is not a plain file."""
    out = sys.stdout.buffer
    live = not stat.S_ISREG(os.fstat(source.fileno()).st_mode)
    for line in _each_line(source):
        out.write(encode(_answered(platform, line)) + b"\n")
        if live:
            out.flush()
    out.flush()


def _each_line(source: BinaryIO) -> Iterator[bytes | None]:
    """The lines without their ends; None for one longer than LINE_LIMIT, which is not kept."""
    while line := source.readline(LINE_LIMIT):
        if len(line) < LINE_LIMIT or line.endswith(b"\n"):
            yield line.rstrip(b"\r\n")
            continue
        while (rest := source.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
            pass
        yield None


def _answered(platform: Platform, line: bytes | None) -> dict[str, Any]:
    try:
        if line is None:
            raise DecodeError(f"the line is longer than {LINE_LIMIT} bytes", offset=LINE_LIMIT)
        if not line.strip():
            raise DecodeError("the line is blank")
        found = reports(platform, _unhexed(line) if platform.binary else line)
    except Exception as error:  # noqa: BLE001 - one line in, one line out, whatever the fault
        return fault(error)
    if not found:
        return _report(platform, Decoded({}))
    first, *more = found
    return {**first, "more": more} if more else first


def _unhexed(digits: bytes) -> bytes:
    try:
        raw = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        raise DecodeError("not hexadecimal") from None
    if not raw:
        raise DecodeError("there is no frame")
    return raw


def _report(platform: Platform, decoded: Decoded) -> dict[str, Any]:
    return {
        "protocol": platform.protocol,
        "message": decoded.message,
        "observations": [_observation(reading) for reading in decoded.readings],
    }


def _observation(reading: Reading) -> dict[str, Any]:
    against = [str(flag.name).lower() for flag in Quality if flag & reading.quality]
    return {
        "entity": reading.entity,
        "quantity": reading.quantity,
        "value": reading.value,
        "unit": reading.unit,
        "observed_at": reading.observed_at,
        "quality": against or "good",
    }
