"""Do good devices go on unharmed while hundreds of others send rubbish?"""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Final

import numpy as np
import psycopg
import pytest

from mudan.run.bench.crew import Worker
from mudan.run.bench.load import Load
from mudan.run.bench.meter import memory_mb
from mudan.run.bench.rig import AREA, SignedIn, centre_with_fleet, county
from tests.faults.standing import ACKED, SENT, Rows, Traffic, address, history_s, until
from tools.golden import cases

VEHICLES: Final = 100
STATION: Final = "5117020A11"  # whose report is the golden frame `address-of-region`
PEERS: Final = 300  # bad connections at once, on each platform
ABUSE_S: Final = 12.0
PACE_S: Final = 0.1  # between two pieces of one bad peer: together some 1.5 MB/s of rubbish
ACK_P99_MS: Final = 2_000.0
GROWTH_MB: Final = 150.0
PLATFORMS: Final = ("transport", "water")


@dataclass(slots=True)
class Scene:
    """What the good devices and the centre had to bear, and how they did."""

    rows: Rows
    station_ms: list[float]
    memory_mb: tuple[float, float]
    before: dict[str, Any]
    after: dict[str, Any]
    kept: dict[str, int]
    peers: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """A fleet and a station go on while hundreds of connections send rubbish to both platforms."""
    seed = county(VEHICLES)
    seed["entities"].append(
        {
            "urn": f"urn:ngsi-ld:HydrometricStation:{STATION}", "type": "HydrometricStation", "platform": "water",
            "device": STATION, "name_zh": "测站", "name_en": "Station", "area_code": AREA, "properties": {},
        }
    )  # fmt: skip
    good = {name: _good_frames(name) for name in PLATFORMS}
    with centre_with_fleet(seed) as rig:
        session = rig.centre.sign_in()
        traffic = Traffic(Load(address(rig), range(VEHICLES), history_s()), every_s=1.0)
        station_ms: list[float] = []
        ending = threading.Event()
        station = threading.Thread(
            target=_report, args=(address(rig, "water"), good["water"][0], station_ms, ending), name="station"
        )
        with traffic.flowing():
            station.start()
            time.sleep(1.0)
            before, first_mb = _cards(rig.centre.ask, session), memory_mb(rig.centre.pid)[0]
            abusers = {name: Worker(_abuse, address(rig, name), good[name]) for name in PLATFORMS}
            peers = {name: abuser.answer() for name, abuser in abusers.items()}
            until(lambda: _cards(rig.centre.ask, session)["transport"]["counters"]["waiting"] == 0)
            after, last_mb = _cards(rig.centre.ask, session), memory_mb(rig.centre.pid)[1]
            ending.set()
            station.join()
            for abuser in abusers.values():
                abuser.stop()
        with psycopg.connect(rig.dsns.owner) as connection:
            counted = connection.execute("select platform, count(*) from frame_bad group by 1").fetchall()
        yield Scene(traffic.rows(), station_ms, (first_mb, last_mb), before, after, dict(counted), peers)


def test_good_terminals_are_answered_in_bounded_time(scene: Scene) -> None:
    took_ms = (scene.rows[:, ACKED] - scene.rows[:, SENT]) / 1e6
    p50, p99 = np.quantile(took_ms, (0.5, 0.99))
    print(f"terminals: n={len(took_ms)} p50={p50:.0f} ms p99={p99:.0f} ms worst={took_ms.max():.0f} ms")
    assert len(took_ms) > VEHICLES * ABUSE_S / 2
    assert p99 < ACK_P99_MS


def test_a_good_station_is_answered_in_bounded_time(scene: Scene) -> None:
    p50, p99 = np.quantile(scene.station_ms, (0.5, 0.99))
    print(f"station: n={len(scene.station_ms)} p50={p50:.0f} ms p99={p99:.0f} ms")
    assert len(scene.station_ms) > ABUSE_S
    assert p99 < ACK_P99_MS


@pytest.mark.parametrize("platform", PLATFORMS)
def test_bad_frames_are_counted_kept_and_shown(scene: Scene, platform: str) -> None:
    counters = scene.after[platform]["counters"]
    not_good = sum(counters[name] for name in ("frames_bad", "frames_unknown", "frames_refused"))
    print(
        f"{platform}: {scene.peers[platform]} bad peers, {not_good} frames not good, {scene.kept[platform]} kept"
    )
    assert not_good > PEERS
    assert scene.kept[platform] >= not_good
    assert scene.after[platform]["frames"]["bad_1h"] > scene.before[platform]["frames"]["bad_1h"]


def test_memory_stays_bounded(scene: Scene) -> None:
    before_mb, peak_mb = scene.memory_mb
    print(f"centre: {before_mb:.0f} MB before, {peak_mb:.0f} MB at most")
    assert peak_mb - before_mb < GROWTH_MB


def _good_frames(platform: str) -> list[bytes]:
    """Golden frames that decode; a water platform's first is the good station's own."""
    found = [case for case in cases(platform) if case.decodes]
    found.sort(key=lambda case: case.name != "address-of-region")
    return [case.wire for case in found]


def _cards(
    ask: Callable[[str, str, Any, SignedIn | None], tuple[int, Any]], session: SignedIn
) -> dict[str, dict[str, Any]]:
    status, body = ask("GET", "/api/platforms", None, session)
    assert status == 200, body
    return {card["name"]: card for card in body["items"]}


def _report(at: tuple[str, int], frame: bytes, took_ms: list[float], ending: threading.Event) -> None:
    """A good station: its report, again and again, each time waiting for the confirmation."""
    with socket.create_connection(at, 10) as wire:
        while not ending.is_set():
            began_s = time.monotonic()
            wire.sendall(frame)
            assert wire.recv(4096), "the station was cut off"
            took_ms.append((time.monotonic() - began_s) * 1000)
            time.sleep(0.2)


def _abuse(pipe: Connection, at: tuple[str, int], good: list[bytes]) -> None:
    """Hundreds of bad connections for a while, in a process of its own; tells how many were opened in all."""
    dice = random.Random(808)
    ways = (_junk, _truncated, _replayed, _oversized, _dripped, _interleaved)
    opened = 0
    wires: list[tuple[socket.socket, Iterator[bytes]]] = []
    deadline = time.monotonic() + ABUSE_S
    while time.monotonic() < deadline:
        while len(wires) < PEERS:
            wire = socket.create_connection(at, 10)
            wire.setblocking(False)  # noqa: FBT003 - the standard library's own signature
            wires.append((wire, ways[opened % len(ways)](dice, good)))
            opened += 1
        wires = [entry for entry in wires if _spoken(*entry)]
        time.sleep(PACE_S)
    for wire, _ in wires:
        wire.close()
    pipe.send(opened)
    pipe.poll(60)  # stays until it is told to go


def _spoken(wire: socket.socket, words: Iterator[bytes]) -> bool:
    """Write one more piece; whether the connection goes on."""
    with contextlib.suppress(BlockingIOError):
        try:
            data = next(words, b"")
            if data:
                wire.send(data)
                with contextlib.suppress(BlockingIOError):
                    if wire.recv(65_536) == b"":
                        data = b""
        except OSError as error:
            if isinstance(error, BlockingIOError):
                raise
            data = b""
        if not data:
            wire.close()
            return False
    return True


def _junk(dice: random.Random, _good: list[bytes]) -> Iterator[bytes]:
    for _ in range(20):
        yield dice.randbytes(dice.randint(1, 600))


def _truncated(dice: random.Random, good: list[bytes]) -> Iterator[bytes]:
    for _ in range(20):
        frame = dice.choice(good)
        yield frame[: dice.randint(1, max(1, len(frame) - 1))]


def _replayed(dice: random.Random, good: list[bytes]) -> Iterator[bytes]:
    """Other devices' frames, and one with a flipped bit, over and over."""
    for _ in range(20):
        frame = bytearray(dice.choice(good))
        yield bytes(frame)
        frame[len(frame) // 2] ^= 1 << dice.randint(0, 7)
        yield bytes(frame)


def _oversized(dice: random.Random, good: list[bytes]) -> Iterator[bytes]:
    yield dice.choice(good)[:6]
    for _ in range(40):
        yield dice.randbytes(2_048).replace(b"\x7e", b"A")


def _dripped(dice: random.Random, good: list[bytes]) -> Iterator[bytes]:
    for _ in range(1_000):
        for byte in dice.choice(good):
            yield bytes((byte,))


def _interleaved(dice: random.Random, good: list[bytes]) -> Iterator[bytes]:
    for _ in range(20):
        one, other = dice.choice(good), dice.choice(good)
        yield one[: len(one) // 2] + other + one[len(one) // 2 :]
