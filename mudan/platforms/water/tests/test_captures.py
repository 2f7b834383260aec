"""Does every public capture of other makers' stations decode to what its author says?"""

import json
import os
from pathlib import Path
from typing import Any, Final

import pytest

from mudan.platforms.water.codec import packed, unpacked
from mudan.platforms.water.observations import decode
from mudan.primitives.errors import DecodeError

ROOT: Final = Path(__file__).parents[4]
FILE: Final = "sl651.public.jsonl"
OURS: Final = {"dir": "direction", "pkt_total": "packets", "pkt_seq": "seq"}
IGNORED: Final = frozenset(("crc_ok", "func_name"))


def captures() -> list[dict[str, Any]]:
    """The rows of the captures file. Fails where the folder is absent."""
    folder = Path(os.environ.get("MUDAN_CAPTURES") or ROOT.parent / "shared" / "frames")
    if not folder.is_dir():
        pytest.fail(f"no captures at {folder}: set MUDAN_CAPTURES to the folder that holds {FILE}")
    lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line]


def test_every_capture_decodes_to_what_its_author_says() -> None:
    wrong = [f"{row['id']}: {fault}" for row in captures() for fault in faults(row)]
    assert not wrong, "\n".join(wrong)


def faults(row: dict[str, Any]) -> list[str]:
    """What a capture says other than we do."""
    raw = bytes.fromhex(row["frame"]) if row["encoding"] == "hex" else row["frame"].encode("ascii")
    try:
        told = decode(raw)[0].message
    except DecodeError as error:
        return [] if row["expected"].get("valid") is False else [error.reason]
    if row["expected"].get("valid") is False:
        return ["was not refused"]
    found = [] if packed(unpacked(raw)) == raw else ["does not encode to itself"]
    wanted = {OURS.get(name, name): value for name, value in row["derived"].items() if name not in IGNORED}
    found += [
        f"{name} {told.get(name)!r}, not {value!r}"
        for name, value in wanted.items()
        if told.get(name) != value
    ]
    for name, value in row["expected"].items():
        if not says(told, name, value):
            found.append(f"{name} is not {value!r}")
    return found


def says(told: dict[str, Any], name: str, value: Any) -> bool:
    """Whether the message says what the author of a capture wrote in words of their own."""
    elements = told.get("elements", {})
    if name in {"time", "observe"}:
        digits = "".join(sign for sign in str(value) if sign.isdigit())
        ours = told["time"] if name == "time" else told["observe"]
        ours_digits = "".join(sign for sign in str(ours).removesuffix("+08:00") if sign.isdigit())
        return ours_digits.removeprefix("20").startswith(digits.removeprefix("20"))
    if name == "etx":
        return bool(value in {told["etx"], told["end"]})
    if name == "elements" and isinstance(value, dict):
        return bool(elements.items() >= value.items())
    if name in {"F4", "element_F4"}:
        return bool(elements["F4"] == value)
    if name == "station_type":
        return value in {told["station_type"], told["station_class"]}
    if name == "image_ends":
        return bool(told["fragment"].endswith("FFD900B7"))
    ours = {"total_26": elements.get("26") if isinstance(elements, dict) else None}
    ours["valve"] = told.get("valve_bits")
    return bool(ours.get(name, told.get(name)) == value)
