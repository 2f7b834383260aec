"""What is needed to break a centre and to know afterwards what it had promised?"""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from mudan.primitives.clock import US_PER_S, SystemClock, to_us
from mudan.run.bench.load import LEDGER_FIELDS, Load
from mudan.run.bench.meter import children, stolen_s
from mudan.run.bench.rig import Rig

VEHICLE, MOMENT, COUNT, SENT, ACKED = range(len(LEDGER_FIELDS))
SETTLE_S = 20.0
HISTORY = 20  # positions of each terminal before the present: longer than any rule waits
Rows = npt.NDArray[np.int64]


def address(rig: Rig, platform: str = "transport") -> tuple[str, int]:
    """Where a platform's devices connect."""
    return "127.0.0.1", rig.centre.ports[platform]


def history_s() -> int:
    """The moment from where a terminal's reports begin, seconds since 1970 UTC: its history ends now."""
    return to_us(SystemClock().now()) // US_PER_S - HISTORY - 1


class Traffic:
    """Terminals that go on reporting whatever happens; `load.ledger` says what was acknowledged."""

    def __init__(self, load: Load, every_s: float) -> None:
        self.load = load
        self.unacknowledged = 0
        self._every_s = every_s
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="traffic")

    @contextlib.contextmanager
    def flowing(self) -> Iterator["Traffic"]:
        """Reports flow while the block runs; at its end all of them are waited for."""
        assert self.load.connect(30), "not every terminal was let in"
        self._thread.start()
        try:
            yield self
        finally:
            self._ending.set()
            self._thread.join()
            self.load.close()

    def rows(self, since: int = 0) -> Rows:
        """The ledger's rows from one on."""
        held = self.load.ledger[since * len(LEDGER_FIELDS) :]
        whole = len(held) // len(LEDGER_FIELDS) * len(LEDGER_FIELDS)
        return np.array(held[:whole], np.int64).reshape(-1, len(LEDGER_FIELDS))

    def answers(self) -> int:
        """How many acknowledgements have come: the row of the ledger that the next will have."""
        return len(self.load.ledger) // len(LEDGER_FIELDS)

    def first_answer_s(self, after_ns: int, timeout_s: float, *, since: int | None = None) -> float:
        """Seconds from a moment to the first acknowledgement of a frame sent after it; the ledger is looked at
        from row `since` on (by default what comes from now on)."""
        since = self.answers() if since is None else since
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            rows = self.rows(since)
            answered = rows[rows[:, SENT] >= after_ns]
            if len(answered):
                return float(answered[:, ACKED].min() - after_ns) / 1e9
            time.sleep(0.02)
        raise AssertionError(f"nothing was acknowledged for {timeout_s} s")

    def _run(self) -> None:
        self.load.windowed(0.02, 1, HISTORY)
        while not self._ending.is_set():
            self.load.paced(time.monotonic(), self._every_s, self._every_s)
        self.unacknowledged = self.load.settle(SETTLE_S)


class Away:
    """How much of the cores the host of a virtual machine keeps from it; nothing on a machine of one's own."""

    def __init__(self) -> None:
        self._taken_s, self._since_s = stolen_s(), time.monotonic()

    def within(self, seconds: float) -> float:
        """Seconds of cores that were kept away in so many seconds, at the rate since this was made."""
        return (stolen_s() - self._taken_s) / (time.monotonic() - self._since_s) * seconds


def kill_centre(rig: Rig, traffic: Traffic) -> tuple[float, float]:
    """`kill -9` of the centre; seconds until it was ready again, and to the first acknowledgement, from its start."""
    rig.centre.kill()
    since, began_ns = traffic.answers(), time.monotonic_ns()
    ready_s = rig.centre.start()
    return ready_s, traffic.first_answer_s(began_ns, 30, since=since)


def kill_database(rig: Rig, traffic: Traffic) -> float:
    """`kill -9` of PostgreSQL, all of it; seconds to the first acknowledgement of what was sent after that."""
    postmaster = rig.server.pid()
    assert postmaster is not None
    for pid in [postmaster, *children(postmaster)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: rig.server.pid() != postmaster)  # collects the dead server if this process had started it
    return traffic.first_answer_s(time.monotonic_ns(), 30)


def until(holds: Callable[[], bool], timeout_s: float = 15.0) -> bool:
    """Whether something came to hold in time."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False
