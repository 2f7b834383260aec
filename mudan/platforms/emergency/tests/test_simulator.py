"""Do the county's devices and its weather service speak the wire that the centre understands?"""

import asyncio
from datetime import UTC, datetime

from mudan.core.commands.model import Command, CommandState
from mudan.core.entities.model import Device
from mudan.core.warnings.model.feeds import unwrapped
from mudan.platforms.emergency.codec import packet_of
from mudan.platforms.emergency.connector import EmergencyConnector
from mudan.platforms.emergency.model.messages import Packet
from mudan.platforms.emergency.model.words import TRANSMITTER
from mudan.platforms.emergency.observations import changes
from mudan.platforms.emergency.simulator import SimulatedDevice, Simulator, simulator
from mudan.platforms.emergency.tests.centre import WIRING, Centre, until
from mudan.primitives.clock import ManualClock, SystemClock
from mudan.primitives.ids import new_id
from mudan.simulation.buildings import FIRE_SITE, GAS_SITE
from mudan.simulation.world import Scenario, World

START = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def made(scenario: Scenario = "calm") -> tuple[World, ManualClock]:
    clock = ManualClock(START)
    return World(1, clock, scenario=scenario), clock


def said(raw: bytes | None) -> Packet:
    assert raw is not None
    return packet_of(raw)


def test_a_fire_sets_off_one_detector_after_the_other() -> None:
    world, clock = made("fire")
    device = SimulatedDevice(world, FIRE_SITE)
    assert device.changes() is None
    clock.advance(20.0)
    (first,) = list(changes(said(device.changes())))
    assert first.values["fire_alarm"] == 1
    clock.advance(60.0)
    assert len(list(changes(said(device.changes())))) == 1
    assert device.changes() is None
    clock.advance(3_000.0)
    assert {change.values["fire_alarm"] for change in changes(said(device.changes()))} == {0.0}


def test_a_leak_passes_both_limits_and_ends() -> None:
    world, clock = made("gas")
    device = SimulatedDevice(world, GAS_SITE)

    def gas() -> float:
        return max(change.values.get("gas_lel", 0.0) for change in changes(said(device.analogues())))

    assert gas() == 0.0
    clock.advance(600.0)
    assert gas() > 50.0
    clock.advance(3_600.0)
    assert gas() == 0.0


def test_the_feed_grows_with_the_storm_and_keeps_what_it_said() -> None:
    world, clock = made("storm")
    service = simulator(world, "127.0.0.1", 1)
    first, tag = service._published()
    (blue,) = unwrapped(first).alerts
    clock.advance(700.0)
    second, other = service._published()
    assert tag != other
    again, yellow = unwrapped(second).alerts
    assert again.key == blue.key
    assert yellow.references[0].identifier == blue.identifier
    assert all(member.valid for member in unwrapped(second).members)
    clock.advance(40_000.0)
    third, _ = service._published()
    assert unwrapped(third).alerts[-1].msg_type == "Cancel"


def test_devices_connect_report_and_answer_the_post_check_over_the_wire() -> None:
    async def story() -> None:
        centre = Sites()
        centre.clock = SystemClock()
        connector = EmergencyConnector(centre, {"port": "0"}, WIRING)
        serving = asyncio.create_task(connector.serve())
        await until(lambda: connector.port != 0)
        world = World(1, SystemClock(), scale=20.0, scenario="fire")
        playing = asyncio.create_task(Simulator(world, "127.0.0.1", connector.port).run())
        try:
            await until(lambda: int(connector.health()["devices_online"]) == len(world.buildings))
            asked = Command(new_id(), "emergency", FIRE_SITE.address, "read_device_state", {}, LATER)
            assert await connector.send(asked)
            await until(lambda: _states(centre) == [CommandState.DELIVERED])
            await until(lambda: any(len(batch.columns) for batch in centre.committed))
            assert connector.health()["frames_bad"] == 0
        finally:
            playing.cancel()
            serving.cancel()
            await asyncio.gather(playing, serving, return_exceptions=True)

    asyncio.run(story())


def _states(centre: Centre) -> list[CommandState]:
    return [receipt.state for batch in centre.committed for receipt in batch.receipts]


class Sites(Centre):
    """An intake that knows the sites of the county too."""

    def device(self, device: str) -> Device | None:
        if device.isdigit() and device.startswith("500231"):
            return Device(int(device), f"urn:{device}", device, TRANSMITTER, 0, {})
        return super().device(device)
