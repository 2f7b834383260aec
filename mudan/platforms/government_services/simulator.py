"""What would the make-believe service hall send? Signed pushes, a table of its own, files; and it takes receipts.

    reviews           ─▶ signed HTTP push      <centre>/api/records/government_services/reviews
    matters           ─▶ its own database      the centre pulls its table `banjian`
    items, standard   ─▶ files                 put into the centre's drop folder
    what became of it ◀─ web hook              answered with a number, a receipt pushed later

It plays what the settings of its environment (MUDAN_GOVERNMENT_SERVICES_…) name, and nothing else.
"""

import asyncio
import csv
import io
import json
import logging
import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import sqlalchemy as sa

from mudan.connect.records.folder import put
from mudan.connect.records.web import asked
from mudan.connect.signing import signed_head
from mudan.primitives.clock import CST
from mudan.primitives.errors import Unavailable
from mudan.simulation.county import County
from mudan.simulation.geography import COUNTY_CODE
from mudan.simulation.hall import LABEL, SERVICES, Matter, matter, opinion

log = logging.getLogger(__name__)

STEP_S: Final = 120.0  # county seconds between two matters
PUSH_S: Final = 45.0
FILE_S: Final = 1800.0
FIRST: Final = 60  # matters of the three days before
BEFORE_H: Final = 72.0
MOST_PUSHED: Final = 50
MOST_ASKED: Final = 64 << 10
_PREFIX: Final = "MUDAN_GOVERNMENT_SERVICES_"
_SETTINGS: Final = ("pull_url", "folder", "push_key", "push_secret", "hook_url")
_METADATA: Final = sa.MetaData()
_COLUMNS: Final = (
    "办件编号", "事项名称", "实施编码", "办件类型代码", "申请者名称", "受理单位", "行政区划", "申请时间", "受理时间",
    "承诺办结时间", "办结时间", "更新时间",
)  # fmt: skip
TABLE: Final = sa.Table(
    "banjian",
    _METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.String(200), nullable=name == "办结时间") for name in _COLUMNS),
    sa.Column("reviewed", sa.Boolean, nullable=False, default=False),
)


def _time(moment: datetime) -> str:
    return moment.astimezone(CST).strftime("%Y-%m-%d %H:%M:%S.%f")


class Ledger:
    """The hall's own table of matters. Blocks: call it in a thread."""

    def __init__(self, url: str, county: County) -> None:
        self._engine = sa.create_engine(url)
        self._county = county
        _METADATA.create_all(self._engine)

    def step(self) -> None:
        """One matter comes (at the beginning all of the days before), and what is due to be done is done."""
        now = self._county.now()
        with self._engine.begin() as connection:
            last = connection.execute(sa.select(sa.func.max(TABLE.c.seq))).scalar() or 0
            known = self._open(connection)
            ahead = 1 if last else FIRST
            for place in range(1, ahead + 1):
                came_at = now - timedelta(hours=BEFORE_H * (ahead - place) / FIRST)
                connection.execute(sa.insert(TABLE).values(self._row(matter(last + place, came_at))))
            for one in known if last else self._open(connection):
                if one.done_at <= now:
                    done = {"办结时间": _time(one.done_at), "更新时间": _time(now)}
                    connection.execute(sa.update(TABLE).where(TABLE.c.seq == one.number).values(done))

    def _open(self, connection: sa.Connection) -> list[Matter]:
        wanted = sa.select(TABLE.c.seq, TABLE.c["受理时间"]).where(TABLE.c["办结时间"].is_(None))
        return [matter(row[0], _moment(row[1])) for row in connection.execute(wanted)]

    def unreviewed(self, most: int) -> list[Mapping[str, Any]]:
        """Finished matters that nobody has reviewed yet."""
        wanted = sa.select(TABLE).where(TABLE.c["办结时间"].is_not(None), TABLE.c.reviewed.is_(False))
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(wanted.limit(most)).mappings()]

    def reviewed(self, numbers: Sequence[int]) -> None:
        """Their reviews are with the centre."""
        with self._engine.begin() as connection:
            connection.execute(sa.update(TABLE).where(TABLE.c.seq.in_(numbers)).values(reviewed=True))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _row(self, one: Matter) -> dict[str, Any]:
        came = _time(one.came_at)
        return {
            "seq": one.number, "办件编号": one.name, "事项名称": one.service.name, "实施编码": one.service.code,
            "办件类型代码": "1" if one.service.promised == 1 else "2", "申请者名称": f"示例{one.number:03d}",
            "受理单位": one.service.department, "行政区划": COUNTY_CODE, "申请时间": came, "受理时间": came,
            "承诺办结时间": _time(one.promised_at), "更新时间": _time(self._county.now()), "reviewed": False,
        }  # fmt: skip


def _moment(words: str) -> datetime:
    return datetime.strptime(words, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=CST)


def reviews(rows: Sequence[Mapping[str, Any]], now: str) -> list[dict[str, str]]:
    """Reviews of matters as the interface writes them: 5 is the best."""
    told = []
    for row in rows:
        grade, words = opinion(row["seq"])
        told.append(
            {
                "projectNo": row["办件编号"], "taskName": row["事项名称"], "taskCode": row["实施编码"],
                "proDepart": row["受理单位"], "areaCode": COUNTY_CODE, "satisfaction": str(grade), "assessNumber": "1",
                "assessTime": now, "writingEvaluation": words, "pf": "2", "anonymityFlag": "1", "proStatus": "3",
            }
        )  # fmt: skip
    return told


def items(now: str) -> bytes:
    """All service items as a table, written as most offices write one."""
    head = (
        "实施编码,事项名称,事项类型代码,实施主体,法定办结时限,法定办结时限单位,承诺办结时限,承诺办结时限单位,"
        "行政区划,更新时间"
    )
    days = "工作日"
    rows = [
        (
            one.code,
            one.name,
            one.kind,
            one.department,
            one.statutory,
            days,
            one.promised,
            days,
            COUNTY_CODE,
            now,
        )
        for one in SERVICES
    ]
    return _table(head, rows).encode("gb18030")


def standard_reviews(number: int, now: str) -> bytes:
    """Some reviews by the standard: 1 is the best."""
    head = "办件编号,事项名称,满意度代码,评价时间,文字评价,受理单位,行政区划"
    rows = []
    for place in range(3):
        one = SERVICES[(number * 3 + place) % len(SERVICES)]
        grade, words = opinion(number * 3 + place)
        rows.append(
            (f"YSGB{number:08d}{place}", one.name, 6 - grade, now, words, one.department, COUNTY_CODE)
        )
    return _table(head, rows).encode()


def _table(head: str, rows: Sequence[Sequence[Any]]) -> str:
    told = io.StringIO()
    writer = csv.writer(told)
    writer.writerow(head.split(","))
    writer.writerows(rows)
    return told.getvalue()


class Hall:
    """The hall's systems at work."""

    def __init__(self, county: County, host: str, port: int, settings: Mapping[str, str]) -> None:
        self._county, self._settings = county, settings
        self._centre = f"http://{host}:{port}"
        self._ledger: Ledger | None = None
        self._told = 0

    async def run(self) -> None:
        """Speak until cancelled."""
        settings = self._settings
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(asyncio.Event().wait())  # what nothing is set for does not end either
                if settings.get("folder"):
                    tasks.create_task(self._over_again(FILE_S, self.put_files))
                if settings.get("pull_url"):
                    self._ledger = await asyncio.to_thread(Ledger, settings["pull_url"], self._county)
                    tasks.create_task(self._over_again(STEP_S, self._step))
                    if settings.get("push_key"):
                        tasks.create_task(self._over_again(PUSH_S, self.push_reviews))
                if settings.get("hook_url"):
                    tasks.create_task(self._listen())
        finally:
            if self._ledger is not None:
                self._ledger.close()

    async def _over_again(self, every_s: float, act: Any) -> None:
        while True:
            self._county.advance()
            try:
                await act()
            except (Unavailable, OSError, sa.exc.SQLAlchemyError) as error:
                log.warning("the hall could not speak: %s", error)
            await asyncio.sleep(self._county.seconds(every_s))

    async def _step(self) -> None:
        if self._ledger is not None:
            await asyncio.to_thread(self._ledger.step)

    async def put_files(self) -> None:
        """Items, and reviews by the standard, as files."""
        now, folder = self._county.now(), Path(self._settings["folder"])
        words = _time(now)[:19]
        number = int(now.timestamp() // FILE_S)
        await asyncio.to_thread(put, folder, "items", f"事项-{LABEL}-{number}.csv", items(words))
        name = f"评价-{LABEL}-{number}.csv"
        await asyncio.to_thread(put, folder, "reviews_standard", name, standard_reviews(number, words))

    async def push_reviews(self) -> None:
        """Push the reviews of what was finished; with nothing to tell it says nothing."""
        if self._ledger is None:
            return
        rows = await asyncio.to_thread(self._ledger.unreviewed, MOST_PUSHED)
        if not rows:
            return
        body = json.dumps(reviews(rows, _time(self._county.now())[:19]), ensure_ascii=False).encode()
        await self._push("reviews", body)
        await asyncio.to_thread(self._ledger.reviewed, [row["seq"] for row in rows])

    async def _push(self, where: str, body: bytes) -> None:
        path = f"/api/records/government_services/{where}"
        key, secret = self._settings["push_key"], self._settings.get("push_secret", "")
        head = signed_head(secret, key, "POST", path, body, now=self._county.now(), nonce=uuid4().hex)
        status, _ = await asyncio.to_thread(asked, "POST", self._centre + path, body, head)
        if not 200 <= status < 300:
            raise Unavailable(f"the centre answered {status}")

    async def _listen(self) -> None:
        """Take what the centre tells back: a number at once, a receipt a little later."""
        parts = urlsplit(self._settings["hook_url"])
        server = await asyncio.start_server(self._told_back, parts.hostname, parts.port, limit=MOST_ASKED)
        async with server:
            await server.serve_forever()

    async def _told_back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
                told = json.loads(await reader.readexactly(min(length, MOST_ASKED)))
                self._told += 1
                answer = json.dumps({"state": "accepted", "number": f"YS-{self._told:06d}"}).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(answer)
                    + answer
                )
                await writer.drain()
            if self._settings.get("push_key"):
                said = {"id": told["id"], "kind": "answered", "text": f"已转告评价人（{LABEL}）"}
                await asyncio.sleep(1.0)  # the centre has kept our first answer by then
                await self._push("receipts", json.dumps(said, ensure_ascii=False).encode())
        except (
            OSError,
            ValueError,
            KeyError,
            asyncio.IncompleteReadError,
            TimeoutError,
            Unavailable,
        ) as error:
            log.warning("what the centre told was not taken: %s", error)
        finally:
            writer.close()


def simulator(county: County, host: str, port: int) -> Hall:
    """The hall of a county, to be run; `port` is that of the centre's own HTTP."""
    return Hall(county, host, port, {name: os.environ.get(_PREFIX + name.upper(), "") for name in _SETTINGS})
