"""What is the example county? Asked of the simulation's own command: the centre never sees the simulation."""

import json
import subprocess
import sys
from typing import Any


def printed() -> dict[str, Any]:
    """The example county's seed, as `mudan simulate --print-seed` prints it."""
    done = subprocess.run(
        [sys.executable, "-m", "mudan.run.cli", "simulate", "--print-seed"],
        capture_output=True,
        text=True,
        check=True,
    )
    county: dict[str, Any] = json.loads(done.stdout)
    return county
