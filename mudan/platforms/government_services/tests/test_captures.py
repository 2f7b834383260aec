"""Do public captures say what their authors say they say? They are read where they lie, named by MUDAN_CAPTURES."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mudan.platforms.government_services.codec import described

DEFAULT = Path(__file__).parents[5] / "shared" / "frames"


def captured() -> list[dict[str, Any]]:
    """The captures of government services. Fails where there are none."""
    folder = Path(os.environ.get("MUDAN_CAPTURES") or DEFAULT)
    files = sorted(folder.glob("gov_service_cn.*.jsonl"))
    if not files:
        pytest.fail(f"no captures at {folder}: set MUDAN_CAPTURES to the folder that holds them")
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def faults(row: dict[str, Any]) -> Iterator[str]:
    """What a row says other than we do."""
    told = described(
        json.dumps({"standard": row["standard"], "message": row["message"]}, ensure_ascii=False).encode()
    )
    for name, wanted in row["expected"].items():
        if told.get(name) != wanted:
            yield f"{row['standard']}: {name} is {told.get(name)!r}, not {wanted!r}"


def test_every_capture_says_what_its_author_says() -> None:
    wrong = [fault for row in captured() for fault in faults(row)]
    assert not wrong, "\n".join(wrong)
