"""Do files, tables and web hooks bring every record once, whatever breaks in the middle?"""

import asyncio
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mudan.connect.feeds import Feed, FieldMap, Opens, When
from mudan.connect.platform import Batch
from mudan.connect.records import pull as pulling
from mudan.connect.records.connector import RecordConnector
from mudan.connect.records.declare import record_keeping
from mudan.connect.records.folder import DropFolder, plain_name, put
from mudan.connect.records.outlet import Hook
from mudan.connect.records.pull import Table
from mudan.connect.sources import SOURCE
from mudan.core.records import queries
from mudan.core.records.model.contacts import Kept
from mudan.core.records.model.deliveries import Target
from mudan.core.records.queries.contacts import contacts
from mudan.primitives.errors import Invalid, Unavailable
from mudan.primitives.text import Text
from mudan.run.connect import PlatformIntake
from tests.api.running import Running, running
from tests.core.county import add_entity
from tests.database import COUNTY, Client

pytestmark = pytest.mark.anyio
WORD = Text("词", "word")
FEED = Feed(
    "visits",
    WORD,
    key=("number",),
    cursor="seq",
    fields=(
        FieldMap("number", WORD, ("编号", "no"), required=True),
        FieldMap("grade", WORD, ("评价", "grade"), kind="code", codes={"1": "good", "5": "bad"}),
    ),
    opens=(Opens((When("grade", "is", ("bad",)),), "hotline", "99", "差评 {number}"),),
)
TOLD = Target("back", WORD, ("visits",), ("report", "accept"), {"no": "record.number", "state": "case.state"})
HALL = record_keeping("hall", WORD, WORD, "示例", (FEED,), targets=(TOLD,))
TABLE = "编号,评价\n" + "".join(f"{n},{5 if n % 50 == 0 else 1}\n" for n in range(1, 101))


@dataclass
class Site:
    """A centre with the platform `hall`."""

    parts: Running
    intake: PlatformIntake
    folder: Path

    def connector(self, **settings: str) -> RecordConnector:
        """The connector of the platform."""
        return RecordConnector(self.intake, {"area": COUNTY, **settings}, "hall", HALL.feeds, HALL.targets)

    async def drop(self, name: str, data: bytes) -> None:
        """Put a file there and look twice."""
        put(self.folder, "visits", name, data)
        drop = DropFolder(self.intake, "hall", self.folder, COUNTY, lambda _: None)
        for _ in range(2):
            await drop.look({"visits": FEED})

    async def ids(self) -> list[str]:
        """The records that are kept."""
        async with self.parts.db.work() as connection:
            rows = await (await connection.execute("select source_id from record order by 1")).fetchall()
        return [row["source_id"] for row in rows]

    async def runs(self) -> list[dict[str, Any]]:
        """The runs, oldest first."""
        async with self.parts.db.work() as connection:
            return (await queries.runs(connection))[::-1]

    def names(self, part: str = "") -> list[str]:
        """The files in a part of the folder."""
        return sorted(path.name for path in (self.folder / "visits" / part).iterdir() if path.is_file())


@pytest.fixture
async def site(app_client: Client, tmp_path: Path) -> Site:
    parts = await running(app_client)
    return Site(parts, PlatformIntake(HALL, parts.path, parts.clock, b"s" * 32), tmp_path / "drop")


async def test_a_file_is_kept_counted_and_moved_away(site: Site) -> None:
    await site.drop("a.csv", TABLE.encode("gbk"))
    assert len(await site.ids()) == 100
    (run,) = await site.runs()
    assert (run["state"], run["sent"], run["good"], run["bad"], run["opened"]) == ("done", 100, 100, 0, 2)
    assert (site.names(), site.names("done")) == ([], ["a.csv"])


async def test_the_same_file_under_another_name_counts_once(site: Site) -> None:
    await site.drop("a.csv", TABLE.encode())
    await site.drop("b.csv", TABLE.encode())
    assert [(run["name"], run["sent"]) for run in await site.runs()] == [("a.csv", 100)]
    assert site.names("done") == ["a.csv", "b.csv"]


async def test_a_mapping_that_fits_half_the_rows_keeps_the_good_half(site: Site) -> None:
    await site.drop("a.csv", TABLE.replace(",1\n", ",7\n").encode())
    (run,) = await site.runs()
    assert (run["good"], run["bad"]) == (2, 98)
    async with site.parts.db.work() as connection:
        rows = await queries.bad_rows(connection, "hall", "visits", None, 200)
    assert rows[-1]["row"] == 2
    assert rows[-1]["faults"][0]["field"] == "评价"


async def test_what_is_no_table_goes_to_bad_with_the_reason(site: Site) -> None:
    await site.drop("a.xlsx", b"PK\x03\x04 no zip")
    (run,) = await site.runs()
    assert (run["state"], "no XLSX" in run["reason"]) == ("failed", True)
    assert site.names("bad") == ["a.xlsx"]


async def test_a_file_that_still_grows_is_left_alone(site: Site) -> None:
    put(site.folder, "visits", "a.csv", b"a")
    drop = DropFolder(site.intake, "hall", site.folder, COUNTY, lambda _: None)
    await drop.look({"visits": FEED})
    (site.folder / "visits" / "a.csv").write_bytes(TABLE.encode())
    await drop.look({"visits": FEED})
    assert await site.ids() == []
    await drop.look({"visits": FEED})
    assert len(await site.ids()) == 100


async def test_a_link_that_leads_elsewhere_is_not_followed(site: Site) -> None:
    put(site.folder, "visits", "b.csv", b"x")
    secret = site.folder / "secret.csv"
    secret.write_bytes(TABLE.encode())
    (site.folder / "visits" / "a.csv").symlink_to(secret)
    drop = DropFolder(site.intake, "hall", site.folder, COUNTY, lambda _: None)
    await drop.take(FEED, site.folder / "visits" / "a.csv")
    assert await site.ids() == []


@pytest.mark.parametrize(
    ("name", "plain"),
    [("../../a.csv", "a.csv"), ("C:\\x\\b.csv", "b.csv"), (".hidden", "hidden"), ("\0\n", "table")],
)
def test_a_file_s_name_leads_nowhere_else(name: str, plain: str) -> None:
    assert plain_name(name) == plain


async def test_the_running_connector_takes_what_is_put_and_tells_what_became_of_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DropFolder.watch, "__defaults__", (0.01,))
    with elsewhere() as other:
        hook = f"http://127.0.0.1:{other.server_port}/hook"
        connector = site.connector(folder=str(site.folder), every_s="0.05", hook_url=hook, hook_secret="s")
        serving = asyncio.create_task(connector.serve())
        put(site.folder, "visits", "a.csv", TABLE.encode())
        assert await asyncio.to_thread(other.twice.wait, 60)
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
    assert (connector.health()["frames_good"], connector.health()["told"] in (1, 2)) == (100, True)


async def test_a_file_that_failed_may_be_tried_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mudan.connect.tables.MOST_BYTES", 10)
    await site.drop("a.csv", TABLE.encode())
    assert [run["state"] for run in await site.runs()] == ["failed"]
    monkeypatch.undo()
    await site.drop("b.csv", TABLE.encode())
    assert [(run["state"], run["good"]) for run in await site.runs()] == [("done", 100)]


class Halting:
    """An intake that loses the centre after so many commits."""

    def __init__(self, intake: PlatformIntake, commits: int) -> None:
        self._intake, self._left = intake, commits
        self.clock, self.secret, self.keep_good = intake.clock, intake.secret, False
        self.device, self.quantity = intake.device, intake.quantity
        self.mark, self.reached, self.to_tell = intake.mark, intake.reached, intake.to_tell

    async def commit(self, batch: Batch) -> None:
        """Commit, until the centre is gone."""
        if not self._left:
            raise asyncio.CancelledError
        self._left -= 1
        await self._intake.commit(batch)


async def test_a_file_goes_on_where_a_restart_cut_it_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mudan.connect.records.reading.CHUNK", 10)
    put(site.folder, "visits", "a.csv", TABLE.encode())
    drop = DropFolder(Halting(site.intake, 3), "hall", site.folder, COUNTY, lambda _: None)
    with pytest.raises(asyncio.CancelledError):
        await drop.take(FEED, site.folder / "visits" / "a.csv")
    assert (len(await site.ids()), (await site.runs())[0]["state"]) == (30, "running")
    again = DropFolder(site.intake, "hall", site.folder, COUNTY, lambda _: None)
    await again.take(FEED, site.folder / "visits" / "a.csv")
    (run,) = await site.runs()
    assert (run["sent"], run["good"], run["duplicate"], run["state"]) == (100, 100, 0, "done")


def other_database(folder: Path, rows: list[tuple[str, str, Any]]) -> str:
    """Somebody's SQLite database with a table whose name needs quoting."""
    url = f"sqlite:///{folder / 'other.db'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                'create table if not exists "办件 表; drop" (no text, grade text, seq integer, "Weird ""col" text)'
            )
        )
        for no, grade, seq in rows:
            connection.execute(
                sa.text('insert into "办件 表; drop" values (:a, :b, :c, null)'),
                {"a": no, "b": grade, "c": seq},
            )
    engine.dispose()
    return url


async def test_a_table_is_read_page_by_page_and_each_row_once(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "PAGE", 10)
    url = other_database(tmp_path, [(str(n), "1", n // 7) for n in range(60)])
    connector = site.connector(pull_url=url, pull_visits="办件 表; drop")
    await connector.pull("visits")
    assert len(await site.ids()) == 60
    await connector.pull("visits")
    other_database(tmp_path, [("late", "1", 8), ("new", "5", 9)])
    await connector.pull("visits")
    assert len(await site.ids()) == 62
    assert sum(run["good"] for run in await site.runs()) == 62


async def test_a_pull_goes_on_where_a_restart_cut_it_off(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling.Table.__init__, "__defaults__", (10,))
    url = other_database(tmp_path, [(str(n), "1", n) for n in range(50)])
    settings = {"area": COUNTY, "pull_url": url, "pull_visits": "办件 表; drop"}
    cut = RecordConnector(Halting(site.intake, 2), settings, "hall", HALL.feeds, ())
    with pytest.raises(asyncio.CancelledError):
        await cut.pull("visits")
    assert len(await site.ids()) == 20
    await site.connector(**settings).pull("visits")
    assert len(await site.ids()) == 50
    assert sum(run["good"] for run in await site.runs()) == 50


def test_a_pull_never_writes_and_takes_no_sql_for_a_name(tmp_path: Path) -> None:
    url = other_database(tmp_path, [("1", "1", 1)])
    with pytest.raises(Invalid, match="no table or view"):
        list(Table(url, "x; delete from y", "seq").sweep(None))
    with pytest.raises(Invalid, match="no column"):
        list(Table(url, "办件 表; drop", "seq; --").sweep(None))
    with pytest.raises(Unavailable, match="does not answer"):
        list(Table("sqlite:////nowhere/at/all.db", "t", "seq").sweep(None))
    with pytest.raises(Invalid):
        Table("no address", "t", "seq")


async def kept_contact(site: Site, wanted: Callable[[Kept], bool]) -> Kept:
    """What is kept of the source's only channel, once it is as wanted."""
    async with asyncio.timeout(30):
        while True:
            async with site.parts.db.work() as connection:
                (one,) = (await contacts(connection)).get(("hall", "visits"), [None])
            if one is not None and wanted(one):
                return one
            await asyncio.sleep(0.05)


async def test_a_pull_without_news_is_a_sign_of_life_and_one_without_an_answer_is_told_with_its_reason(
    site: Site, tmp_path: Path
) -> None:
    async with site.parts.db.work() as connection:
        await add_entity(connection, "v", type=SOURCE, platform="hall", device="visits", properties={})
    url = other_database(tmp_path, [("1", "1", 1)])
    connector = site.connector(pull_url=url, pull_visits="办件 表; drop", every_s="0.05")
    serving = asyncio.create_task(connector.serve())
    first = await kept_contact(site, lambda one: one.rows_at is not None)
    site.parts.clock.advance(60)
    quiet = await kept_contact(site, lambda one: one.heard_at != first.heard_at)
    assert (quiet.channel, quiet.rows_at, quiet.failed_at) == ("pull", first.rows_at, None)
    (tmp_path / "other.db").unlink()
    site.parts.clock.advance(60)
    gone = await kept_contact(site, lambda one: one.failed_at is not None)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert "no table or view" in gone.reason


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Another system: keeps what it is told by its Idempotency-Key, and may refuse for a while."""

    told: list[dict[str, Any]]
    refuses: bool
    answers: bytes

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        server: Any = self.server
        server.attempts += 1
        if server.refuses:
            self.send_response(503)
            self.end_headers()
            return
        server.told.append((self.headers["idempotency-key"], json.loads(body), dict(self.headers)))
        if len(server.told) == 2:
            server.twice.set()
        self.send_response(server.status)
        self.end_headers()
        self.wfile.write(b'{"number": "W-1", "state": "accepted"}')

    def do_GET(self) -> None:
        server: Any = self.server
        server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(server.rows).encode())

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def elsewhere() -> Iterator[Any]:
    """Another system, listening."""
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    server.told, server.asked, server.rows, server.attempts, server.refuses = [], [], [], 0, False
    server.status, server.twice = 200, threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def test_an_address_is_polled_from_where_it_was_read(site: Site) -> None:
    with elsewhere() as other:
        url = f"http://127.0.0.1:{other.server_port}/rows?since={{mark}}"
        connector = site.connector(poll_visits=url)
        other.rows = [{"no": "1", "seq": "a 1"}, {"no": "2", "seq": "a 2", "grade": "x"}]
        await connector.poll("visits")
        await connector.poll("visits")
    assert other.asked == ["/rows?since=", "/rows?since=a%202"]
    assert await site.ids() == ["1"]
    (run,) = await site.runs()
    assert (run["good"], run["bad"], run["channel"]) == (1, 1, "poll")


async def test_with_the_cable_pulled_for_ten_minutes_nothing_is_lost_and_nothing_doubled(site: Site) -> None:
    with elsewhere() as other:
        hook = Hook(f"http://127.0.0.1:{other.server_port}/hook", "secret")
        connector = site.connector()
        other.refuses = True
        await site.drop("a.csv", TABLE.encode())
        for _ in range(120):  # ten minutes, a look every five seconds
            await connector.tell(hook.tell)
            site.parts.clock.advance(5)
        assert other.told == []
        assert 4 <= other.attempts <= 20, "two deliveries, each with a growing pause"
        other.refuses = False
        for _ in range(70):
            await connector.tell(hook.tell)
            site.parts.clock.advance(5)
    assert len({name for name, _, _ in other.told}) == len(other.told) == 2
    assert sorted(body["no"] for _, body, _ in other.told) == ["100", "50"]
    assert all("X-Mudan-Signature" in {name.title() for name in head} for _, _, head in other.told)
    async with site.parts.db.work() as connection:
        rows = await queries.deliveries(connection, "hall")
    assert {(row["state"], row["number"]) for row in rows} == {("accepted", "W-1")}


async def test_an_attempt_whose_outcome_was_lost_is_repeated_under_the_same_name(site: Site) -> None:
    await site.drop("a.csv", b"no,grade\n1,5\n")
    with elsewhere() as other:
        hook = Hook(f"http://127.0.0.1:{other.server_port}/hook", "secret")
        cut = RecordConnector(Halting(site.intake, 0), {}, "hall", HALL.feeds, HALL.targets)
        with pytest.raises(asyncio.CancelledError):
            await cut.tell(hook.tell)
        await site.connector().tell(hook.tell)
        await site.connector().tell(hook.tell)
    names = [name for name, _, _ in other.told]
    assert (len(names), len(set(names))) == (2, 1)


async def test_what_is_refused_for_good_is_not_tried_again(site: Site) -> None:
    await site.drop("a.csv", b"no,grade\n1,5\n")
    with elsewhere() as other:
        other.status = 422
        hook = Hook(f"http://127.0.0.1:{other.server_port}/hook", "secret")
        assert [await site.connector().tell(hook.tell) for _ in range(2)] == [1, 0]
    async with site.parts.db.work() as connection:
        (row,) = await queries.deliveries(connection, "hall")
    assert (row["state"], row["reason"]) == ("failed", "HTTP 422")


async def test_an_address_of_another_kind_is_never_opened(site: Site) -> None:
    await site.drop("a.csv", b"no,grade\n1,5\n")
    (one,) = await site.intake.to_tell(HALL.targets, 9)
    outcome = Hook("file:///etc/passwd", "secret").tell(one, site.parts.clock.now())
    assert (outcome.state, "http or https" in outcome.reason) == ("waiting", True)
