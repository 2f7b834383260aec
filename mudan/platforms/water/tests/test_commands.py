"""Do the commands say on the wire what the standard has them say?"""

from typing import Any

import pytest

from mudan.platforms.water.commands import COMMANDS, build
from mudan.primitives.errors import Invalid

DAY = {"start": "2025-07-18T08:00+08:00", "end": "2025-07-19T08:00+08:00"}


@pytest.mark.parametrize(
    ("kind", "payload", "func", "rest"),
    [
        ("set_clock", {}, 0x4A, ""),
        ("query_now", {}, 0x37, ""),
        ("query_elements", {"elements": ["39", "F4"]}, 0x3A, "3923F460"),
        ("query_period", DAY | {"step_min": 60, "element": "39"}, 0x38, "250718082507190804180001003923"),
        ("query_period", DAY | {"step_min": 1440, "element": "1F"}, 0x38, "250718082507190804180100001F19"),
        ("query_parameters", {"group": "basic", "ids": ["0228"]}, 0x41, "0228"),
        ("query_parameters", {"ids": ["2008", "2823"]}, 0x43, "20082823"),
        ("read_status", {}, 0x46, ""),
    ],
)
def test_a_command_is_written_by_the_book(kind: str, payload: dict[str, Any], func: int, rest: str) -> None:
    assert build(kind, payload) == (func, bytes.fromhex(rest))


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("fly", {}),
        ("query_elements", {"elements": ["ZZ"]}),
        ("query_period", DAY | {"step_min": 61 * 7}),
        ("query_period", {"start": DAY["end"], "end": DAY["start"]}),
        ("query_parameters", {"ids": ["xy"]}),
    ],
)
def test_a_command_that_makes_no_sense_is_invalid(kind: str, payload: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        build(kind, payload)


def test_every_declared_command_can_be_built() -> None:
    payload = DAY | {"elements": ["39"]}
    assert all(isinstance(build(kind.name, payload)[0], int) for kind in COMMANDS)
