"""What can be typed after `mudan`? Each word is one module of this folder with a `main(argv) -> int`."""

import os
import signal
import sys
import threading
from importlib import import_module
from typing import Final

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": ("mudan.run.demo", "the whole demo county: database, centre, simulators"),
    "serve": ("mudan.run.serve", "the centre alone"),
    "simulate": ("mudan.run.simulate", "the make-believe county's devices"),
    "migrate": ("mudan.run.migrate", "bring the database forward"),
    "seed": ("mudan.run.seed", "load a county: divisions, departments, devices, units, people"),
    "user": ("mudan.run.user", "make or change accounts from the command line"),
    "plans": ("mudan.run.plans", "check, compare, try out and export response plans"),
    "roads": ("mudan.run.roads", "take a road network into use: OpenStreetMap, GeoJSON, the example county"),
    "decode": ("mudan.run.decode", "say what a frame says"),
    "bench": ("mudan.run.bench", "measure the centre on this machine"),
    "doctor": ("mudan.run.doctor", "check what the centre needs, in plain words"),
}

TIED: Final = "--tied"  # before the command: end when whoever started us is gone, however it went


def _end_with_starter() -> None:
    """Its end of our standard input closes with it."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    """Run the command named by the first word."""
    words = sys.argv[1:]
    if words[:1] == [TIED]:
        threading.Thread(target=_end_with_starter, daemon=True).start()
        words = words[1:]
    if not words or words[0] in ("-h", "--help", "help"):
        print("mudan: the operations centre of a county\n")
        for name, (_, meaning) in COMMANDS.items():
            print(f"  mudan {name:<9} {meaning}")
        return 0
    if words[0] == "--version":
        print(import_module("mudan").__version__)
        return 0
    if words[0] not in COMMANDS:
        print(f"mudan: there is no command {words[0]!r}; `mudan help` lists them", file=sys.stderr)
        return 2
    run = import_module(COMMANDS[words[0]][0])
    done: int = run.main(words[1:])
    return done


if __name__ == "__main__":
    sys.exit(main())
