"""Does `mudan bench live` open its screens, hear every one of them, and see who was put out?"""

import json

import pytest

from mudan.run.bench import main
from mudan.run.bench.crowd import next_frame


def test_every_screen_of_a_small_crowd_hears_the_stream(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--json", "--seconds", "2", "--devices", "20", "--screens", "25", "--slow", "0"]
    assert main(["live", *arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["opened"] == found["crowd"]["open"] == 25
    assert found["crowd"]["frames_per_s_each"]["least"] > 2
    assert found["crowd"]["lost"] == 0
    assert found["together"]["screen_heard_share"] > 0


def test_frames_are_taken_whole_and_one_at_a_time() -> None:
    held = bytearray(b"\x81\x02hi\x81\x7e\x00\x80" + b"x" * 128 + b"\x89\x01")
    assert next_frame(held) == (1, b"hi")
    assert next_frame(held) == (1, b"x" * 128)
    assert next_frame(held) is None
    held += b"p"
    assert next_frame(held) == (9, b"p")
    assert not held
