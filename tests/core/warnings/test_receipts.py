"""Is what a gateway reports of a warning taken back: from its folder, once, the newest, and nothing but its own?"""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.warnings import queries
from mudan.core.warnings.actions import Publisher
from mudan.core.warnings.model.delivery import Channel
from mudan.core.warnings.model.gateway import check_signature, report_of, signature
from mudan.primitives.changes import Changes
from mudan.primitives.clock import ManualClock
from mudan.primitives.errors import Invalid, NotAllowed
from mudan.run.publish import Files, Outbox
from mudan.run.receipts import ReceiptFiles
from mudan.storage.embedded import Dsns
from mudan.storage.pool import Database
from tests.core.county import later
from tests.core.warnings.words import ISSUER, Office
from tests.database import START

pytestmark = pytest.mark.anyio
SECRET = b"g" * 32


@pytest.fixture
async def database(fresh_database: Dsns, anyio_backend: Any) -> Any:
    opened = Database(fresh_database.centre, size=4)
    await opened.open()
    yield opened
    await opened.close()


async def test_reports_are_read_on_the_tick_and_the_newest_total_holds(
    database: Database, tmp_path: Path
) -> None:
    async with database.work() as connection:
        office = Office(connection)
        publisher = Publisher(ISSUER, lambda document: document)
        warning = await office.sent(await office.drafted(words={"note": "n"}), publisher=publisher)
    clock, told = ManualClock(START), list[Changes]()
    ways: Any = {Channel.TEXT: Files(tmp_path), Channel.BROADCAST: Files(tmp_path)}
    outbox = Outbox(database, clock, ways, told.append, ReceiptFiles(tmp_path, database, clock))

    async def receipt(channel: Channel) -> dict[str, Any]:
        async with database.work() as connection:
            found = await queries.deliveries(connection, warning.id)
        return next(one.receipt for one in found if one.channel is channel)

    def lay(name: str, body: dict[str, Any] | str, channel: str = "text") -> None:
        folder = tmp_path / channel / "receipts"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(body if isinstance(body, str) else json.dumps(body))

    await outbox.step()
    [letter] = (tmp_path / "text").glob("*.json")
    delivery = UUID(letter.stem)
    half = {
        "delivery": str(delivery),
        "at": later(60).isoformat(),
        "reached": 5_000,
        "gateway": "示例短信网关",
    }
    lay("1.json", half)
    lay("2.json", half | {"at": later(120).isoformat(), "reached": 10_450, "failed": 37})
    lay("3.json", half | {"at": later(90).isoformat(), "reached": 7_000})
    lay("4.json", "{no json")
    lay("5.json", half | {"delivery": str(uuid4())})
    lay("6.json", half, "broadcast")
    told.clear()
    await outbox.step()
    got = await receipt(Channel.TEXT)
    assert (got["reached"], got["failed"], got["noted_by"], got["how"]) == (
        10_450,
        37,
        "示例短信网关",
        "file",
    )
    assert "reached" not in await receipt(Channel.BROADCAST)
    names = {folder: sorted(file.name for file in (tmp_path / "text" / "receipts" / folder).iterdir())
             for folder in ("done", "refused")}  # fmt: skip
    assert names == {"done": ["1.json", "2.json", "3.json"], "refused": ["4.json", "5.json"]}
    assert [file.name for file in (tmp_path / "broadcast" / "receipts" / "refused").iterdir()] == ["6.json"]
    assert {one.id for changes in told for one in changes.others} == {str(warning.id)}
    told.clear()
    await outbox.step()
    assert told == []


@given(st.one_of(st.binary(max_size=200), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(
    lambda value: json.dumps(value).encode())))  # fmt: skip
def test_whatever_comes_is_a_report_or_said_to_be_none(body: bytes) -> None:
    with pytest.raises(Invalid):
        report_of(body)


@given(st.binary(max_size=300), st.integers(0, 299), st.integers(1, 255))
def test_a_signature_fits_its_own_body_now_and_nothing_else(body: bytes, place: int, change: int) -> None:
    at = str(int(START.timestamp()))
    good = signature(SECRET, at, body)
    check_signature(good, SECRET, body, later(299))
    spoilt = bytearray(body or b"x")
    spoilt[place % len(spoilt)] ^= change
    for header, secret, text, now in (
        (good, SECRET, bytes(spoilt), START), (good, b"h" * 32, body, START), (good, SECRET, body, later(301)),
        ("", SECRET, body, START), (f"t={at},v1=é", SECRET, body, START),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            check_signature(header, secret, text, now)
