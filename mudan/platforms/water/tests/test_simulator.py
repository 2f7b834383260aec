"""Do simulated stations speak SL 651, report what the county holds, and have their faults?"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from mudan.platforms.water.codec import message_of, packed, unpacked
from mudan.platforms.water.codec.build import answer_to, head
from mudan.platforms.water.model import words
from mudan.platforms.water.model.words import Frame, moment
from mudan.platforms.water.observations import decode
from mudan.platforms.water.simulator import SimulatedStation
from mudan.simulation.county import Fault

DEVICE = "0051170203"


@dataclass
class Site:
    """The station of a county that stands still, with whatever fault is wanted."""

    device: str = DEVICE
    kind: str = "river"
    properties: dict[str, float] = field(default_factory=dict)
    broken: str | None = None
    stage: float = 41.236

    def simulated(self) -> SimulatedStation:
        """The simulated station; the site is its own county."""
        return SimulatedStation(cast("Any", self), cast("Any", self))

    def now(self) -> datetime:
        return datetime(2025, 7, 19, 1, 0, tzinfo=UTC)

    def advance(self) -> None:
        """Nothing moves."""

    def stage_m(self, _device: str) -> float:
        return self.stage

    def flow_m3s(self, _device: str) -> float:
        return 356.25

    def rain_mm(self, _device: str, seconds: float) -> float:
        return seconds / 600.0

    def rain_total_mm(self, _device: str) -> float:
        return 834.0

    def battery_v(self, _device: str) -> float:
        return 12.86

    def fault(self, _device: str) -> Fault | None:
        return None if self.broken is None else Fault(self.broken)


def asked(func: int) -> bytes:
    """A question of the centre."""
    question = Frame(
        up=False,
        center=1,
        station=DEVICE,
        password="1234",  # noqa: S106 - made up
        func=func,
        end=words.ENQ,
        body=head(0, "250719090000"),
    )
    return packed(question)


def test_a_report_says_what_the_county_holds() -> None:
    (told,) = decode(Site().simulated().report())
    assert told.message["func"] == "32"
    values = {reading.quantity: reading.value for reading in told.readings}
    assert values["water_level"] == 41.236
    assert values["flow"] == 356.25
    assert values["rain_1h"] == 6.0
    assert values["battery_voltage"] == 12.86


def test_a_limit_reached_makes_an_added_report() -> None:
    assert decode(Site(properties={"warning_level_m": 41.0}).simulated().report())[0].message["func"] == "33"


def test_the_hour_report_adds_up_to_the_hour() -> None:
    simulated = Site().simulated()
    reports = [simulated.hour_report() for _ in range(60)]
    assert reports[:59] == [None] * 59
    assert reports[59] is not None
    (told,) = decode(reports[59])
    assert sum(told.message["elements"]["F4"]) == 6.0


def test_a_stuck_station_repeats_itself_and_a_wrong_clock_is_a_day_ahead() -> None:
    site = Site(broken="stuck")
    simulated = site.simulated()
    first = decode(simulated.report())[0].message["elements"]
    site.stage = 43.0
    assert decode(simulated.report())[0].message["elements"] == first
    site.broken = "bad_clock"
    assert moment(message_of(unpacked(simulated.report())).time) == datetime(2025, 7, 20, 1, 0, tzinfo=UTC)


def test_questions_are_answered_and_confirmations_are_not() -> None:
    simulated = Site().simulated()
    for func in (
        words.QUERY_NOW,
        words.VERSION,
        words.STATE,
        words.READ_CLOCK,
        words.SET_CLOCK,
        words.EVENTS,
    ):
        answer = simulated.answer(asked(func))
        assert answer is not None
        assert unpacked(answer).func == func
    confirmation = answer_to(unpacked(simulated.report()), words.ESC, 1, "250719090000")
    assert simulated.answer(packed(confirmation)) is None
    assert simulated.answer(b"noise") is None
