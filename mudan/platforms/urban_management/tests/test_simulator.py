"""Does what the make-believe collectors send read as it was meant, marked as a demonstration?"""

from datetime import UTC, datetime, timedelta

import msgspec

from mudan.platforms.urban_management import codec
from mudan.platforms.urban_management.model.words import CaseReport, ComponentState, Heard
from mudan.platforms.urban_management.simulator import (
    CASE_EVERY,
    DAMAGED_EVERY,
    INTERVAL_S,
    LABEL,
    case,
    receipt,
    state,
)
from mudan.simulation.streets import CELLS, PARTS, urban_entities

AT = datetime(2026, 7, 18, 0, 30, tzinfo=UTC)


def test_every_message_reads_and_speaks_of_things_of_the_seed() -> None:
    known = {one["device"] for one in urban_entities()}
    for number in range(300):
        seen, told = codec.decode(state(number, AT)), codec.decode(case(number, AT))
        assert isinstance(seen, ComponentState)
        assert isinstance(told, CaseReport)
        assert seen.component in known
        assert told.grid_code in known
        assert told.text.startswith(LABEL)
        assert {photo.role for photo in told.photos} == {"near", "far", "reference"}


def test_a_case_is_opened_there_after_it_was_reported_and_every_word_of_it_gets_a_receipt() -> None:
    later = AT + timedelta(minutes=20)
    first, second = msgspec.json.decode(case(7, AT)), msgspec.json.decode(case(7, AT, "filed", later))
    assert first["case_code"] == second["case_code"]
    assert (second["stage"], second["changed_at"]) == ("filed", later.isoformat())
    told = codec.telling("6f9619ff-8b86-5011-b42d-00c04fc964ff", {"case_code": "7", "event": "sign"})
    said = receipt(told)
    assert said is not None
    heard = codec.decode(said)
    assert isinstance(heard, Heard)
    assert (str(heard.told), heard.state) == ("6f9619ff-8b86-5011-b42d-00c04fc964ff", "accepted")
    assert receipt(codec.acknowledgement("7")) is None


def test_a_day_holds_few_cases_and_each_state_that_a_rule_judges() -> None:
    steps = int(86_400 / INTERVAL_S)
    assert steps // CASE_EVERY <= 6
    seen = {codec.decode(state(number, AT)).state for number in range(DAMAGED_EVERY * 4)}  # type: ignore[union-attr]  # a state it is
    assert seen == {"intact", "damaged", "missing"}


def test_everything_of_the_seed_is_marked_as_an_example_and_stands_in_its_cell() -> None:
    assert all(one["properties"]["example"] for one in urban_entities())
    by_code = {cell.code: cell for cell in CELLS}
    for part in PARTS:
        west, north = by_code[part.cell].ring[0]
        east, south = by_code[part.cell].ring[2]
        assert west < part.point.lon < east
        assert south < part.point.lat < north
