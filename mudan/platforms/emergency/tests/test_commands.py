"""Do the commands say on the wire what the standard has them say?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from mudan.platforms.emergency.codec import application_of
from mudan.platforms.emergency.commands import COMMANDS, build
from mudan.platforms.emergency.model.words import Command
from mudan.primitives.errors import Invalid

NOW = datetime(2026, 11, 23, 0, 0, 30, tzinfo=UTC)
SYSTEM = {"system": 1, "number": 2}
PART = SYSTEM | {"component": 0x00020007}
RECORDS = {"records": 3, "start": "2026-11-23T08:00:00+08:00"}


@pytest.mark.parametrize(
    ("kind", "payload", "command", "body"),
    [
        ("set_clock", {}, Command.CONTROL, "5a01 1e0008170b1a"),
        ("post_check", {"minutes": 10}, Command.CONTROL, "5b01 0a"),
        ("read_device_state", {}, Command.REQUEST, "5101 00"),
        ("read_device_time", {}, Command.REQUEST, "5801 00"),
        ("read_device_operations", RECORDS, Command.REQUEST, "5401 03 000008170b1a"),
        ("read_system_state", SYSTEM, Command.REQUEST, "3d01 0102"),
        ("read_component_state", PART, Command.REQUEST, "3e01 0102 07000200"),
        ("read_analogue", PART, Command.REQUEST, "3f01 0102 07000200"),
        ("read_operations", SYSTEM | RECORDS, Command.REQUEST, "4001 0102 03 000008170b1a"),
    ],
)
def test_a_command_is_written_by_the_book(
    kind: str, payload: dict[str, Any], command: Command, body: str
) -> None:
    asked = build(kind, payload, NOW)
    assert (asked.command, asked.body) == (command, bytes.fromhex(body))


def test_every_declared_command_can_be_built_and_read_back() -> None:
    for kind in COMMANDS:
        asked = build(kind.name, PART | RECORDS | {"minutes": 5}, NOW)
        assert application_of(asked.body).type == asked.type


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("fly", {}),
        ("post_check", {"minutes": 0}),
        ("post_check", {"minutes": True}),
        ("read_system_state", {"system": 256}),
        ("read_analogue", SYSTEM),
        ("read_operations", SYSTEM | {"records": 103, "start": RECORDS["start"]}),
        ("read_device_operations", {"records": 3, "start": "yesterday"}),
    ],
)
def test_a_command_that_makes_no_sense_is_invalid(kind: str, payload: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        build(kind, payload, NOW)
