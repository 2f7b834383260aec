"""How are load and screen kept in processes of their own? Spawned children that obey words over a pipe."""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
from websockets.sync.client import connect
from websockets.typing import Origin

from mudan.run.bench import fleet
from mudan.run.bench.load import LEDGER_FIELDS, Load
from mudan.run.bench.rig import SignedIn

_SPAWN: Final = multiprocessing.get_context("spawn")
ANSWER_S: Final = 600.0


class Worker:
    """A child process that does what it is told, one word after another."""

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=target, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process.pid is not None
        return self._process.pid

    def tell(self, word: str, **arguments: Any) -> None:
        """Begin something."""
        self._pipe.send((word, arguments))

    def answer(self) -> Any:
        """Wait for the end of what was begun last."""
        if not self._pipe.poll(ANSWER_S):
            raise TimeoutError("a load process does not answer")
        return self._pipe.recv()

    def ask(self, word: str, **arguments: Any) -> Any:
        """Do something and wait for its end."""
        self.tell(word, **arguments)
        return self.answer()

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join(5)
        self._pipe.close()


def play(pipe: Connection, address: tuple[str, int], part: int, parts: int, count: int, moment: int) -> None:
    """A load process: plays its share of the fleet. Words: connect, paced, windowed, ledger, quit."""
    load = Load(address, fleet.vehicles_of(part, parts, count), moment)
    while True:
        while not pipe.poll():
            load.poll(0.05)
        word, given = pipe.recv()
        if word == "connect":
            pipe.send(load.connect(**given))
        elif word == "paced":
            late_s = load.paced(**given)
            pipe.send({"late_p99_ms": late_s * 1000, "unacknowledged": load.settle(10.0), "sent": load.sent})
        elif word == "windowed":
            began_s = time.monotonic()
            load.windowed(**given)
            sending_s = time.monotonic() - began_s
            pipe.send({"unacknowledged": load.settle(20.0), "sent": load.sent, "sending_s": sending_s})
        elif word == "set_moment":
            for terminal in load.terminals:
                terminal.moment = given["moment"]
            pipe.send(None)
        elif word == "ledger":
            rows = np.frombuffer(load.ledger.tobytes(), np.int64).reshape(-1, len(LEDGER_FIELDS))
            load.ledger = type(load.ledger)("q")
            pipe.send((rows, {"refused": load.refused, "up": load.up, "commands": load.commands}))


def watch(pipe: Connection, port: int, session: SignedIn) -> None:
    """A screen: hears all observations of vehicles. Word `seen` gives and forgets what it saw.

    Rows of the answer: vehicle, moment (s), heard at (monotonic ns); one for each latitude.
    """
    decoder = msgspec.json.Decoder()
    seen: list[tuple[int, int, int]] = []
    messages = lost = 0
    with connect(
        f"ws://127.0.0.1:{port}/live",
        additional_headers={"Cookie": session.cookie},
        origin=Origin(f"http://127.0.0.1:{port}"),
        max_size=None,
        compression=None,
    ) as socket:
        wish = {"do": "subscribe", "id": "all", "topic": "observations", "filter": {"types": ["Vehicle"]}}
        socket.send(msgspec.json.encode(wish).decode())
        while True:
            try:
                message = decoder.decode(socket.recv(timeout=0.05))
            except TimeoutError:
                message = {}
            now_ns = time.monotonic_ns()
            if "items" in message:
                messages += 1
                seen += [
                    (int(urn[-7:]), at_ms // 1000, now_ns)
                    for urn, name, _, at_ms, _, _ in message["items"]
                    if name == "latitude"
                ]
            lost += message.get("do") == "lost"
            if pipe.poll():
                pipe.recv()
                pipe.send((np.array(seen, np.int64).reshape(-1, 3), {"messages": messages, "lost": lost}))
                seen, messages, lost = [], 0, 0


def rows_of(answers: list[tuple[npt.NDArray[np.int64], dict[str, int]]]) -> npt.NDArray[np.int64]:
    """The ledgers of several load processes as one."""
    return np.concatenate([rows for rows, _ in answers])
