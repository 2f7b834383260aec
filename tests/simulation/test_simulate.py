"""Does the command start one simulation, pass a storm on to it, and end cleanly?"""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mudan.primitives.errors import Invalid
from mudan.run import simulate
from mudan.simulation import control
from tests.simulation.worlds import made

COMMAND = (
    sys.executable,
    "-c",
    "import sys; from mudan.run.simulate import main; sys.exit(main(sys.argv[1:]))",
)
STARTS_S = 20.0


@contextmanager
def _running(data: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A simulation of its own process that nobody listens to."""
    environment = {"MUDAN_DATA": str(data), "PATH": "", "PYTHONUTF8": "1"}
    with subprocess.Popen(
        (*COMMAND, *arguments), env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            until = time.monotonic() + STARTS_S
            while control.ask(data, {"do": "status"}) is None:
                assert time.monotonic() < until, "the simulation did not start"
                assert process.poll() is None, "the simulation ended at once"
                time.sleep(0.05)
            yield process
        finally:
            process.kill()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUDAN_DATA", str(tmp_path))
    return tmp_path


def test_a_second_call_hands_its_storm_to_the_first(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with _running(data, "calm") as process:
        assert simulate.main(["storm", "--fault", "0050023120=silent"]) == 0
        state = control.ask(data, {"do": "status"})
        assert state is not None
        assert (state["storm"], state["scale"]) == (True, 30)
        assert state["faults"] == {"0050023120": "silent"}

        assert simulate.main(["calm"]) == 1
        process.send_signal(signal.SIGTERM)
        written, _ = process.communicate(timeout=10)

    assert process.returncode == 0
    assert "24 stations, 20 vehicles" in written
    assert "storm under way" in capsys.readouterr().out
    assert not control.socket_path(data).exists()


def test_a_socket_left_by_a_crash_does_not_stop_the_next_start(data: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(control.socket_path(data)))
    with _running(data, "storm") as process:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    assert process.returncode == 0


def test_the_socket_is_its_owners_alone_and_answers_nonsense(data: Path) -> None:
    world, _clock = made()

    async def say(line: bytes) -> dict[str, Any]:
        reader, writer = await asyncio.open_unix_connection(control.socket_path(data))
        writer.write(line)
        answer: dict[str, Any] = json.loads(await reader.readline())
        writer.close()
        await writer.wait_closed()
        return answer

    async def talk() -> None:
        async with control.listening(world, data):
            assert control.socket_path(data).stat().st_mode & 0o077 == 0
            for nonsense in (b"storm\n", b"[]\n", b'{"do": "rain"}\n', b"\xff\n"):
                answer = await say(nonsense)
                assert answer["ok"] is False
                assert answer["error"]
            assert (await say(b'{"do": "status"}\n'))["status"]["stations"] == 24
            with pytest.raises(Invalid, match="rain"):
                await asyncio.to_thread(control.ask, data, {"do": "rain"})

    asyncio.run(talk())


def test_nobody_answers_where_nothing_runs(data: Path) -> None:
    assert control.ask(data, {"do": "status"}) is None


def test_a_long_data_folder_still_has_a_socket(tmp_path: Path) -> None:
    path = control.socket_path(tmp_path / ("x" * 120))

    assert len(bytes(path)) <= control.PATH_BYTES


def test_a_platform_that_fails_is_started_again(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken:
        runs = 0

        async def run(self) -> None:
            Broken.runs += 1
            raise RuntimeError("out of order")

    class Module:
        @staticmethod
        def simulator(*_given: object) -> Broken:
            return Broken()

    monkeypatch.setattr(simulate, "import_module", lambda _name: Module)
    monkeypatch.setattr(simulate, "RETRY_S", (0.01, 0.02))
    world, _clock = made()

    async def play() -> None:
        restarts = {"water": 0}
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(simulate.played(world, "water", "127.0.0.1", 1, restarts), 0.2)
        assert restarts["water"] == Broken.runs - 1 or restarts["water"] == Broken.runs

    asyncio.run(play())
    assert Broken.runs > 2
    assert "out of order" in capsys.readouterr().err


def test_the_seed_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate.main(["--print-seed"]) == 0
    assert len(json.loads(capsys.readouterr().out)["entities"]) == 237


def test_a_wrong_fault_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate.main(["--fault", "0050023101=loud"]) == 1
    assert "DEVICE=KIND" in capsys.readouterr().err
    assert simulate.main(["--fault", "1=silent"]) == 1


def test_ports_come_from_option_environment_or_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulate, "names", lambda: ("water",))
    assert simulate.parser().parse_args([]).water_port == 9651
    monkeypatch.setenv("MUDAN_WATER_PORT", "1234")
    assert simulate.parser().parse_args([]).water_port == 1234
    assert simulate.parser().parse_args(["--water-port", "99"]).water_port == 99
