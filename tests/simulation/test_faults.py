"""Can a device be broken from one time to another, and only a device that exists?"""

import pytest

from mudan.primitives.errors import Invalid, NotFound
from mudan.simulation.control import obey
from mudan.simulation.county import Fault
from tests.simulation.worlds import made


def test_a_fault_lasts_from_one_time_to_the_other() -> None:
    world, clock = made(scale=10.0)
    device = world.stations[0].device
    world.inject(device, Fault.STUCK, 100.0, 200.0)
    seen = []
    for _ in range(3):
        seen.append(world.fault(device))
        clock.advance(10)

    assert seen == [None, Fault.STUCK, None]


def test_the_last_fault_injected_wins() -> None:
    world, _clock = made()
    phone = world.vehicles[0].phone
    world.inject(phone, Fault.SILENT)
    world.inject(phone, Fault.BAD_CLOCK)

    assert world.fault(phone) is Fault.BAD_CLOCK


def test_an_unknown_device_cannot_be_broken() -> None:
    world, _clock = made()
    with pytest.raises(NotFound, match="0050099999"):
        world.inject("0050099999", Fault.SILENT)


def test_a_request_breaks_a_device_for_a_while() -> None:
    world, clock = made()
    device = world.stations[3].device
    state = obey(world, {"do": "fault", "device": device, "fault": "silent", "for_s": 60})
    assert state["faults"] == {device: "silent"}

    clock.advance(61)
    assert obey(world, {"do": "status"})["faults"] == {}


def test_a_storm_request_raises_the_pace_and_never_lowers_it() -> None:
    world, _clock = made()
    assert obey(world, {"do": "storm"})["scale"] == 30
    world.set_scale(100)
    state = obey(world, {"do": "storm", "scale": 30})
    assert state["scale"] == 100
    assert state["storm"] is True


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"do": "rain"},
        {"do": "fault", "device": "0050023101", "fault": "loud"},
        {"do": "fault", "device": "0050023101", "fault": "silent", "for_s": -1},
        {"do": "storm", "scale": "fast"},
        {"do": "storm", "scale": 1e9},
    ],
)
def test_a_wrong_request_is_refused(request_: dict[str, object]) -> None:
    world, _clock = made()
    with pytest.raises(Invalid):
        obey(world, request_)
