"""How do lines reach the centre, when are they acknowledged, and how is their sender told what became of them?"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from uuid import UUID

from mudan.connect.cells import Row
from mudan.connect.lane import Digest, Item
from mudan.connect.lines import LineConnector, add_readings
from mudan.connect.mapping import Source, mapped
from mudan.connect.pictures import without_data
from mudan.connect.platform import Intake, RecordIntake
from mudan.connect.records.folder import DropFolder
from mudan.connect.records.outlet import Hook
from mudan.connect.records.telling import Telling
from mudan.connect.session import Session
from mudan.core.frames.model import Frame, Verdict
from mudan.core.observations.model import ColumnsBuilder, Reading
from mudan.core.records.model.deliveries import Delivery, Outcome
from mudan.core.records.model.faults import fault
from mudan.core.records.model.words import BadRow, Record, Run, run_id
from mudan.platforms.urban_management import codec
from mudan.platforms.urban_management.codec import Message
from mudan.platforms.urban_management.model.feeds import FEED, TARGET
from mudan.platforms.urban_management.model.grids import is_grid, schemes_named
from mudan.platforms.urban_management.model.words import CaseReport, Heard
from mudan.primitives.errors import DecodeError
from mudan.primitives.text import Text

NAME: Final = "urban_management"
PORT: Final = 9671
SETTINGS: Final = {
    "host": Text("监听地址", "Address to listen on"),
    "port": Text("监听端口", "Port to listen on"),
    "grids": Text("接受的网格编码位数，如 14,15,16", "Which grid codes are taken, such as 14,15,16"),
    "folder": Text("案卷文件投放目录", "Folder that case files are dropped into"),
    "hook_url": Text(
        "办理情况回告地址，空为经报文端口回告",
        "Address that is told what became of cases; empty: they are told over their own connection",
    ),
    "hook_secret": Text("回告签名密钥", "Secret that what is told is signed with"),
}
LONGEST_KEPT: Final = 64 << 10  # bytes of a good line that are kept; its pictures are kept with the case
MOST_OPEN: Final = 1_000  # told and not yet confirmed
UNREGISTERED: Final = fault(
    "grid_code", "单元网格未登记，先导入普查网格", "the grid cell is not registered; import the grid first"
)


@dataclass(slots=True)
class Connection:
    """The cases of one connection are one run; its rows are counted from 1."""

    run: UUID
    rows: int = 0


class StreetConnector(LineConnector):
    """Listens for lines and answers each good one after its commit; `observe` reads a message.

    Whoever sent cases is told what becomes of them over the same connection, until it says that it has it.
    """

    def __init__(
        self,
        intake: Intake,
        settings: Mapping[str, str],
        observe: Callable[[Message], tuple[Reading, ...]],
        device_of: Callable[[Message], str],
    ) -> None:
        super().__init__(intake, settings, PORT, codec.LONGEST)
        self._observe = observe
        self._device_of = device_of
        self._schemes = schemes_named(settings.get("grids", ""))
        self._folder = settings.get("folder", "")
        url = settings.get("hook_url", "")
        self._hook = Hook(url, settings.get("hook_secret", "")) if url else None
        self._speaker: Session | None = None
        self._told: dict[UUID, None] = {}
        self.telling: Telling | None = None
        if isinstance(intake, RecordIntake):
            self.telling = Telling(intake, (TARGET,), self._by_hook if self._hook else self._by_line)

    def health(self) -> dict[str, int | float | str]:
        """Counters since the start."""
        return super().health() | (self.telling.counters if self.telling else {})

    async def serve(self) -> None:
        """Listen, tell and look into the folder until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(super().serve())
            if self.telling is not None:
                tasks.create_task(self.telling.watch(lambda: self._hook is not None or self._listens()))
            if self._folder and isinstance(self._intake, RecordIntake):
                drop = DropFolder(self._intake, NAME, Path(self._folder), "", lambda _: None)
                tasks.create_task(drop.watch({FEED.name: FEED}))

    def take(self, item: Item, line: bytes, digest: Digest, rows: ColumnsBuilder) -> None:
        """What a line says, as a batch and a reply."""
        try:
            message = self._read(line)
        except DecodeError as error:
            self._keep_refused(item, line, error, digest)
            raise
        if isinstance(message, Heard):
            self._hear(item, message, digest)
            return
        number = self._device_of(message)
        device = self._intake.device(number)
        verdict = Verdict.GOOD if device is not None else Verdict.UNKNOWN_DEVICE
        if device is None or self._intake.keep_good:
            key = None if device is None else device.key
            kept = Frame(line[:LONGEST_KEPT], item.received_us, item.session.peer, verdict, number, key)
            digest.batch.frames.append(kept)
        if isinstance(message, CaseReport):
            self._keep_case(item, line, message, digest, registered=device is not None)
        elif device is not None:
            digest.replies.append((item.session, codec.acknowledgement(number)))
        if device is not None:
            add_readings(self._intake, rows, device.key, self._observe(message), item.received_us)

    def _read(self, line: bytes) -> Message:
        message = codec.decode(line)
        if isinstance(message, CaseReport) and not is_grid(message.grid_code, self._schemes):
            raise DecodeError("grid_code is of a length that is not taken here", field="grid_code")
        return message

    def _keep_case(
        self, item: Item, line: bytes, message: CaseReport, digest: Digest, *, registered: bool
    ) -> None:
        self._speaker = item.session
        run, row = self._counted(item, digest)
        values = codec.fields_of(line)
        found: Record | BadRow = BadRow(FEED.name, row, without_data(values, "photos"), (UNREGISTERED,), run)
        if registered:
            found = mapped(FEED, Row(row, values), Source("", run, self._intake.clock.now()))
        if isinstance(found, Record):
            digest.batch.records.append(found)
            digest.replies.append((item.session, codec.acknowledgement(message.case_code)))
        else:
            self._refuse(item, message.case_code, found, digest)

    def _keep_refused(self, item: Item, line: bytes, error: DecodeError, digest: Digest) -> None:
        """A case that is not written as it is to be: a row that somebody can mend, told to its sender."""
        try:
            values = codec.fields_of(line)
        except DecodeError:
            return
        if values.get("kind") == "case":
            run, row = self._counted(item, digest)
            why = fault(error.field, f"无法识别：{error.reason}", f"cannot be understood: {error.reason}")
            bad = BadRow(FEED.name, row, without_data(values, "photos"), (why,), run)
            self._refuse(item, str(values.get("case_code", ""))[:40], bad, digest)

    def _refuse(self, item: Item, number: str, bad: BadRow, digest: Digest) -> None:
        digest.batch.bad_rows.append(bad)
        told = [(one.field, one.reason.en) for one in bad.faults]
        digest.replies.append((item.session, codec.refusal(number, bad.row, told)))

    def _counted(self, item: Item, digest: Digest) -> tuple[UUID, int]:
        """The run of a connection and the number of its next row, counted into the batch."""
        if not isinstance(item.session.state, Connection):
            name = f"{item.session.peer}\n{item.session.opened_s}\n{item.received_us}"
            item.session.state = Connection(run_id(NAME, FEED.name, name))
        state: Connection = item.session.state
        state.rows += 1
        runs = digest.batch.runs
        for place, run in enumerate(runs):
            if run.id == state.run:
                runs[place] = replace(run, reached=state.rows, sent=run.sent + 1)
                return state.run, state.rows
        part = Run(
            state.run, FEED.name, "wire", item.session.peer, reached=state.rows, sent=1, ended=True
        )  # as far as anybody knows: whether more comes, the other side decides
        runs.append(part)
        return state.run, state.rows

    def _hear(self, item: Item, message: Heard, digest: Digest) -> None:
        if message.told not in self._told:
            raise DecodeError("id is nothing that this centre has told since its start", field="id")
        said = Outcome(message.told, message.state, message.number, message.text)
        digest.batch.outcomes.append(said)
        digest.replies.append((item.session, codec.acknowledgement(str(message.told))))

    def _listens(self) -> bool:
        return self._speaker is not None and not self._speaker.closed

    async def _by_line(self, one: Delivery) -> Outcome:
        """Tell over the connection that cases came from; told again until its receipt comes."""
        if self._speaker is None or not self._listens():
            return Outcome(one.id, "waiting", reason="nobody is connected")
        self._told[one.id] = None
        while len(self._told) > MOST_OPEN:
            self._told.pop(next(iter(self._told)))
        self._speaker.write(codec.telling(str(one.id), one.payload))
        return Outcome(one.id, "waiting", reason="told, no receipt yet")

    async def _by_hook(self, one: Delivery) -> Outcome:
        assert self._hook is not None  # only then is it called
        return await asyncio.to_thread(self._hook.tell, one, self._intake.clock.now())
