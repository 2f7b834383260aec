"""Does `mudan decode` answer one line for each line, whatever the line holds?"""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mudan.run.decode import LINE_LIMIT, main
from mudan.run.discover import declared
from tools.golden import Case, cases

DECODE = [sys.executable, "-c", "import sys; from mudan.run.decode import main; sys.exit(main(sys.argv[1:]))"]


def line(case: Case) -> bytes:
    """The frame as one line of a file."""
    return case.raw.hex(" ").encode() if declared(case.platform).binary else case.raw


def one_liners(name: str) -> list[Case]:
    """The golden frames that a line can hold."""
    binary = declared(name).binary
    return [case for case in cases(name) if binary or b"\n" not in case.raw]


def options(case: Case) -> list[str]:
    """The command line for one golden frame."""
    if declared(case.platform).binary:
        return [case.platform, "--hex", case.raw.hex()]
    return [case.platform, "--text", os.fsdecode(case.raw)]


def test_one_frame_is_printed_as_json(case: Case, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    code = main(options(case))
    said = capsysbinary.readouterr()
    if case.decodes:
        assert code == 0
        for message in said.out.splitlines():
            assert {"protocol", "message", "observations"} == set(json.loads(message))
    else:
        assert code == 2
        assert {"error", "offset", "reason", "clause"} == set(json.loads(said.err))


def test_every_line_has_its_answer_in_order(
    name: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    lines: list[tuple[bytes, bool | None]] = [(line(case), case.decodes) for case in one_liners(name)]
    mixed = [*lines, (b"", False), (b"zz \xff\x00", False), *reversed(lines)]
    file = tmp_path / "frames"
    file.write_bytes(b"\n".join(content for content, _ in mixed))  # the last line has no end
    assert main([name, "--lines", str(file)]) == 0
    answers = [json.loads(answer) for answer in capsysbinary.readouterr().out.splitlines()]
    assert ["error" not in answer for answer in answers] == [decodes for _, decodes in mixed]


def test_a_live_stream_is_answered_line_by_line(name: str) -> None:
    asking = subprocess.Popen([*DECODE, name, "--lines", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with asking:
        assert isinstance(asking.stdin, io.BufferedWriter)
        assert isinstance(asking.stdout, io.BufferedReader)
        for case in one_liners(name)[:3]:
            asking.stdin.write(line(case) + b"\n")
            asking.stdin.flush()
            assert ("error" not in json.loads(asking.stdout.readline())) == case.decodes
        asking.stdin.close()
        assert asking.stdout.read() == b""
    assert asking.returncode == 0


def test_a_line_without_bound_is_answered_and_not_kept(
    name: str, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "frames"
    file.write_bytes(b"a" * (2 * LINE_LIMIT + 1) + b"\n\n")
    assert main([name, "--lines", str(file)]) == 0
    first, second = (json.loads(answer) for answer in capsysbinary.readouterr().out.splitlines())
    assert (first["offset"], second["reason"]) == (LINE_LIMIT, "the line is blank")


def test_a_platform_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["atlantis", "--hex", "00"]) == 2
    assert "no platform 'atlantis'" in capsys.readouterr().err
