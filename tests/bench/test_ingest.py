"""Does `mudan bench ingest` run from end to end, and do its frames say what they should?"""

import json

import numpy as np
import pytest

from mudan.run.bench import fleet, main
from mudan.run.discover import declared

MOMENTS = np.array([1_795_393_815, 1_709_164_799, 1_709_164_800, 1_798_732_799])


def test_a_short_run_accounts_for_every_acknowledged_position(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", "--json", "--seconds", "1", "--devices", "40"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in found["stages"]] == [
        "flat out, 0704 of 20",
        "flat out, 0200",
        "screen, 1 frame in 5 s",
        "rate, 3 obs a device a second",
        "rate, 1 frame a device a second",
    ]
    assert all(one["unacknowledged"] == 0 and one["refused"] == 0 for one in found["stages"])
    assert found["stored"]["missing_observations"] == 0
    assert found["stored"]["stored_positions"] >= found["stored"]["acknowledged_positions"] > 1_000
    assert found["settings"]["postgresql"]["synchronous_commit"] == "on"
    assert found["baseline"]["rows_per_s"] > 0
    last = found["stages"][-1]
    assert last["screen_heard_share"] == 1.0
    assert 0 < last["commit_ms"]["p50"] < last["screen_ms"]["p99"]


def test_a_frame_is_read_as_the_position_it_was_written_from() -> None:
    vehicles = np.arange(len(MOMENTS)) * 117 + 1
    phones = fleet.phones(vehicles)
    decode = declared("transport").decode
    frames = fleet.position_frames(phones, vehicles, vehicles, MOMENTS)
    for frame, vehicle, moment in zip(frames, vehicles.tolist(), MOMENTS.tolist(), strict=True):
        (decoded,) = decode(frame)
        readings = {one.quantity: one for one in decoded.readings}
        assert readings["latitude"].entity == fleet.urn(vehicle)
        assert readings["latitude"].observed_at.timestamp() == moment
        (expected,) = fleet.latitude(np.array([vehicle]), np.array([moment]))
        assert readings["latitude"].value == pytest.approx(expected)


def test_a_batch_holds_consecutive_moments() -> None:
    vehicles = np.array([7])
    (frame,) = fleet.batch_frames(
        fleet.phones(vehicles), vehicles, vehicles, MOMENTS[:1], fleet.MOST_IN_BATCH
    )
    (decoded,) = declared("transport").decode(frame)
    moments = [one.observed_at.timestamp() for one in decoded.readings if one.quantity == "latitude"]
    assert moments == [MOMENTS[0] + n for n in range(fleet.MOST_IN_BATCH)]
