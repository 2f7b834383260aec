"""Does the client bring each request once whatever the other side's manners, and tell until it is heard?"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from mudan.connect.lane import Item
from mudan.connect.lines import Lines
from mudan.connect.platform import Batch
from mudan.connect.session import Session
from mudan.core.entities.model import REAL, Device
from mudan.core.records.model.deliveries import Delivery, Target
from mudan.platforms.citizen.cases import CASES, STATUSES, TARGET, classes_of, feed_with
from mudan.platforms.citizen.connector.connector import CitizenConnector
from mudan.platforms.citizen.connector.desk import Desk, Wiring
from mudan.platforms.citizen.connector.lines import LONGEST, LineDesk
from mudan.platforms.citizen.connector.pulling import Puller
from mudan.platforms.citizen.connector.settings import Settings
from mudan.platforms.citizen.connector.telling import Teller
from mudan.platforms.citizen.model import OLDEST, OPEN, SOURCE
from mudan.platforms.citizen.observations import readings
from mudan.platforms.citizen.tests.other_city import BEGAN, OtherCity, request
from mudan.primitives.clock import Clock, ManualClock
from mudan.primitives.errors import DecodeError, Invalid, Unavailable

WIRING = Wiring(
    lambda text: feed_with(classes_of(text)), readings, TARGET, lambda state: STATUSES.get(state, "OPEN")
)


class Centre:
    """What the connector sees of the centre, with marks that outlive it."""

    def __init__(self) -> None:
        self.clock: Clock = ManualClock(BEGAN + timedelta(days=2))
        self.secret, self.keep_good = b"s", True
        self.committed: list[Batch] = []
        self.marks: dict[tuple[str, str], str] = {}
        self.due: list[Delivery] = []

    def device(self, device: str) -> Device | None:
        return Device(1, f"urn:{device}", device, "RequestEndpoint", REAL, {}) if device == SOURCE else None

    def quantity(self, name: str) -> int:
        return len(name)

    async def commit(self, batch: Batch) -> None:
        self.committed.append(batch)
        for run in batch.runs:
            if run.mark is not None:
                self.marks[run.feed, run.channel] = run.mark

    async def mark(self, feed: str, channel: str) -> str | None:
        return self.marks.get((feed, channel))

    async def reached(self, _run: UUID) -> tuple[int, bool]:
        return 0, False

    async def to_tell(self, _targets: Sequence[Target], most: int) -> list[Delivery]:
        return self.due[:most]

    @property
    def records(self) -> list[str]:
        """The numbers of the records that came, in order."""
        return [one.source_id for batch in self.committed for one in batch.records]


def puller(centre: Centre, city: OtherCity, **more: str) -> Puller:
    """A client of that city, as it is after a start."""
    settings = Settings.of({"url": city.url, "area": "371702", **more})
    return Puller(
        centre, settings, Desk(centre, feed_with(classes_of(settings.classes)), SOURCE, "371702", WIRING)
    )


def run(story: Callable[[Centre, OtherCity], Coroutine[Any, Any, None]]) -> None:
    """Tell a story with a centre and a city."""
    with OtherCity().open() as city:
        asyncio.run(story(Centre(), city))


@pytest.mark.parametrize("form", ["json", "xml"])
def test_every_request_is_pulled_over_all_pages_once_and_later_only_what_changed(form: str) -> None:
    async def story(centre: Centre, city: OtherCity) -> None:
        city.requests = [request(n % 40, changed_h=n % 40) for n in range(40)]
        city.requests += [request(100 + n, changed_h=40) for n in range(450)]
        client = puller(centre, city, format=form, jurisdiction="city.example")
        await client.look()
        assert len(centre.records) == len(set(centre.records)) == 490
        assert {one["jurisdiction_id"] for one in city.asked} == {"city.example"}
        assert [run.ended for batch in centre.committed for run in batch.runs] == [False, False, True]
        await client.look()
        assert len(centre.records) == 490
        city.requests[3] = request(3, "closed", changed_h=47)
        await client.look()
        assert centre.records[490:] == ["N3"]
        assert centre.marks["requests", "poll"] == (BEGAN + timedelta(hours=47)).isoformat()

    run(story)


def test_an_open_request_becomes_a_case_of_the_class_that_the_table_names_and_a_closed_one_none() -> None:
    async def story(centre: Centre, city: OtherCity) -> None:
        city.requests = [request(1), request(2, "closed")]
        await puller(centre, city, classes="lamp=0202").look()
        first, second = centre.committed[0].records
        assert first.opens is not None
        assert (first.opens.type, first.opens.class_code, first.opens.title) == ("citizen", "0202", "路灯")
        assert "第 1 盏" in first.opens.text
        assert first.opens.source == "public"
        assert second.opens is None

    run(story)


def test_a_request_with_coordinates_becomes_a_case_at_that_place_and_one_without_has_its_address_alone() -> (
    None
):
    async def story(centre: Centre, city: OtherCity) -> None:
        city.requests = [
            replace(request(1), lat=35.24, lon=115.48, address="人民路 1 号"),
            replace(request(2), address="人民路 2 号"),
            replace(request(3), lat=0.0, lon=0.0),
        ]
        await puller(centre, city).look()
        opened = [one.opens for one in centre.committed[0].records]
        assert [(one.lon, one.lat, one.address) for one in opened if one is not None] == [
            (115.48, 35.24, "人民路 1 号"), (None, None, "人民路 2 号"), (None, None, ""),
        ]  # fmt: skip

    run(story)


def test_after_a_restart_it_goes_on_from_the_mark_with_an_overlap() -> None:
    async def story(centre: Centre, city: OtherCity) -> None:
        city.requests = [request(n) for n in range(30)]
        await puller(centre, city).look()
        city.requests.append(request(30))
        await puller(centre, city).look()
        assert centre.records[30:] == ["N29", "N30"]
        assert city.asked[2]["updated_after"] == "2026-11-21T05:50:00Z"

    run(story)


def test_a_city_that_knows_no_pages_is_asked_twice_and_no_more() -> None:
    async def story(centre: Centre, city: OtherCity) -> None:
        city.knows_pages = False
        city.requests = [request(n) for n in range(250)]
        client = puller(centre, city)
        await client.look()
        assert len(centre.records) == 250
        assert [one.get("page") for one in city.asked] == ["1", "2", None]
        await client.look()
        assert len(centre.records) == 250

    run(story)


def test_how_many_are_open_and_how_long_is_observed_and_the_link_told() -> None:
    async def story(centre: Centre, city: OtherCity) -> None:
        city.requests = [request(1), request(4), request(2, "closed")]
        client = puller(centre, city)
        await client.look()
        rows = next(batch.columns for batch in centre.committed if len(batch.columns))
        seen = dict(zip(rows.quantity.tolist(), rows.value.tolist(), strict=True))
        assert seen[len(OPEN)] == 2
        assert seen[len(OLDEST)] == 180
        assert [link.online for batch in centre.committed for link in batch.links] == [True]
        city.status = 503
        with pytest.raises(Unavailable, match="503"):
            await client.look()

    run(story)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'[{"code":403,"description":"who are you"}]', Unavailable), (b"<html>", DecodeError),
        (b"<services><service><service_code>1</service_code></service></services>", DecodeError), (b"", DecodeError),
    ],
)  # fmt: skip
def test_what_is_no_list_of_requests_moves_nothing(body: bytes, error: type[Exception]) -> None:
    async def story(centre: Centre, city: OtherCity) -> None:
        city.body = body
        with pytest.raises(error):
            await puller(centre, city).look()
        assert centre.committed == []
        assert centre.marks == {}

    run(story)


def test_good_requests_are_kept_and_bad_ones_named_once() -> None:
    async def story(centre: Centre, city: OtherCity) -> None:
        city.body = (
            b'[{"service_request_id":1,"status":"open","updated_datetime":"2026-11-21T00:00:00Z"},'
            b'{"service_request_id":2,"status":"open","lat":"north"},'
            b'{"token":3,"status":"open"},{"service_request_id":4,"status":"open","lat":"123"}]'
        )
        client = puller(centre, city)
        await client.look()
        await client.look()
        assert centre.records == ["1"]
        bad = [row for batch in centre.committed for row in batch.bad_rows]
        assert [row.faults[0].field for row in bad] == ["lat", "lat"]

    run(story)


def delivery() -> Delivery:
    """That a case of theirs is being handled."""
    told = {"service_request_id": "N1", "state": "handling", "updated_datetime": "2026-11-21T00:00:00+00:00"}
    return Delivery(uuid4(), TARGET.name, told, 0)


_IN_XML: Final = b"".join(
    (
        b"<service_request_updates><request_update><update_id>U8</update_id>",
        b"</request_update></service_request_updates>",
    )
)


@pytest.mark.parametrize(
    ("status", "body", "state", "number"),
    [
        (200, b'[{"update_id": "U7"}]', "accepted", "U7"),
        (201, _IN_XML, "accepted", "U8"),
        (400, b'[{"code":400,"description":"no such request"}]', "failed", ""),
        (429, b"later", "waiting", ""), (502, b"<html>", "waiting", ""),
    ],
)  # fmt: skip
def test_an_update_is_told_by_its_name_and_the_answer_decides(
    status: int, body: bytes, state: str, number: str
) -> None:
    async def story(centre: Centre, city: OtherCity) -> None:
        city.status, city.body = status, body
        one = delivery()
        centre.due = [one]
        teller = Teller(centre, Settings.of({"url": city.url, "key": "k", "area": "371702"}), WIRING)
        await teller.look()
        await teller.look()
        outcomes = [outcome for batch in centre.committed for outcome in batch.outcomes]
        assert [(outcome.delivery, outcome.state, outcome.number) for outcome in outcomes] == [
            (one.id, state, number)
        ] * 2
        assert city.told[0] == city.told[1]
        assert city.told[0]["update_id"] == str(one.id)
        assert (city.told[0]["status"], city.told[0]["api_key"]) == ("IN_PROGRESS", "k")

    run(story)


def test_nothing_is_lost_while_the_other_side_is_away() -> None:
    async def story() -> None:
        centre = Centre()
        centre.due = [delivery()]
        settings = Settings.of({"url": "http://127.0.0.1:1/v2", "area": "371702"})
        await Teller(centre, settings, WIRING).look()
        assert [outcome.state for batch in centre.committed for outcome in batch.outcomes] == ["waiting"]

    asyncio.run(story())


def test_a_line_is_recorded_and_answered_and_a_bad_one_refused() -> None:
    centre = Centre()
    desk = LineDesk(Desk(centre, feed_with({}), SOURCE, "371702", WIRING), centre.clock)
    session = Session("peer", Lines(LONGEST), 0.0)
    good = b'[{"service_request_id":"1","status":"open","updated_datetime":"2026-11-21T00:00:00Z"}]'
    digest = desk.digest([Item(session, good, 1), Item(session, b"nonsense", 2), Item(session, b"[]", 3)])
    assert [reply for _, reply in digest.replies] == [b"OK\n", b"REFUSED\n", b"OK\n"]
    assert [one.source_id for one in digest.batch.records] == ["1"]
    assert len(digest.batch.frames) == 1


def test_settings_that_cannot_be_are_refused_by_name() -> None:
    for given, field in (
        ({"url": "ftp://x"}, "url"), ({"format": "csv"}, "format"), ({"interval_s": "often"}, "interval_s"),
        ({"url": "http://x/v2"}, "area"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            Settings.of(given)
        assert caught.value.field == field
    with pytest.raises(Invalid):
        CitizenConnector(Centre(), {"classes": "lamp=7777"}, WIRING)


def test_every_stage_of_a_case_has_a_word_for_the_other_side() -> None:
    assert set(STATUSES) == {stage.name for stage in CASES[0].stages}
    assert set(TARGET.events) <= {way.name for way in CASES[0].transitions}
