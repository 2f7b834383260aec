"""What do processes cost? CPU time and memory, read from Linux's /proc."""

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

TICK_S: Final = 1 / os.sysconf("SC_CLK_TCK")
MB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds of the centre, of PostgreSQL and of the load since they began; when (monotonic s).

    `stolen_s`: seconds that the host kept the cores away.
    """

    at_s: float
    centre_s: float
    database_s: float
    load_s: float
    stolen_s: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Percent of all cores between two readings."""

    centre_pct: float
    database_pct: float
    load_pct: float
    stolen_pct: float

    @property
    def total_pct(self) -> float:
        """Centre and PostgreSQL together."""
        return self.centre_pct + self.database_pct


class Meter:
    """Reads the clocks of the centre, of PostgreSQL with its children, and of the load."""

    def __init__(self, centre: int, database: int, load: list[int]) -> None:
        self._centre, self._database, self._load = centre, database, load

    def read(self) -> Reading:
        """All clocks now."""
        return Reading(
            time.monotonic(),
            cpu_s(self._centre),
            cpu_s(self._database) + sum(cpu_s(child) for child in children(self._database)),
            sum(cpu_s(pid) for pid in self._load),
            stolen_s(),
        )


def cost(before: Reading, after: Reading) -> Cost:
    """What was used between two readings, in percent of all cores."""
    whole_s = (after.at_s - before.at_s) * cores()
    return Cost(
        100 * (after.centre_s - before.centre_s) / whole_s,
        100 * (after.database_s - before.database_s) / whole_s,
        100 * (after.load_s - before.load_s) / whole_s,
        100 * (after.stolen_s - before.stolen_s) / whole_s,
    )


def cpu_s(pid: int) -> float:
    """User and system time of a process and of its children that have ended, in seconds; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) * TICK_S


def stolen_s() -> float:
    """Seconds that the host kept this machine's cores from it since the start; 0 on a machine of its own."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return int(fields[8]) * TICK_S


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in text.split()]


def memory_mb(pid: int) -> tuple[float, float]:
    """Resident memory of a process: now, and the most since its start (or `forget_peak`), in MB."""
    now = peak = 0.0
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            now = int(line.split()[1]) * 1024 / MB
        elif line.startswith("VmHWM:"):
            peak = int(line.split()[1]) * 1024 / MB
    return now, peak


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory_kb = int(Path("/proc/meminfo").read_text().split()[1])
    return {
        "cpu": model,
        "cores": cores(),
        "memory_mb": memory_kb // 1024,
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def load_average() -> float:
    """Runnable processes, mean of the last minute: who else used the machine."""
    return os.getloadavg()[0]
