"""Is a folder of declarations alone a platform that is fed by files and by push? The integrator guide's example."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

import mudan.platforms
from mudan.connect.records.folder import DropFolder, put
from mudan.connect.signing import signed_head
from mudan.core.cases import queries as cases
from mudan.core.cases.queries import Wanted
from mudan.core.people.model import Role
from mudan.run.connect import PlatformIntake
from mudan.run.discover import declared, names, validate
from tests.api.running import running
from tests.core.cases.desk import DESK
from tests.database import COUNTY, Client

pytestmark = pytest.mark.anyio
FOLDER = {
    "__init__.py": '"""Who parks where they must not?"""\n',
    "model.py": '''"""Which records does the parking office keep?"""

from mudan.connect.feeds import Feed, FieldMap, Opens, When
from mudan.primitives.text import Text

FINES = Feed(
    "fines",
    Text("违停", "parking fines"),
    key=("number",),
    area="area_code",
    at="seen_at",
    cursor="ID",
    fields=(
        FieldMap("number", Text("编号", "number"), ("编号", "ID"), required=True),
        FieldMap("seen_at", Text("时间", "seen"), ("时间",), kind="datetime"),
        FieldMap("width_m", Text("占道宽度", "width"), ("宽度(厘米)",), kind="number", unit="m", scale=0.01),
        FieldMap("state", Text("状态", "state"), ("状态",), kind="code", codes={"0": "moved", "1": "blocks"}),
        FieldMap("area_code", Text("行政区划", "area"), ("区划",)),
    ),
    opens=(Opens((When("state", "is", ("blocks",)),), "hotline", "0102", "违停占道 {number}"),),
)
''',
    "platform.py": '''"""What does the parking office bring to the county?"""

from mudan.connect.records.declare import record_keeping
from mudan.platforms.parking_office.model import FINES
from mudan.primitives.text import Text

PLATFORM = record_keeping(
    "parking_office", Text("停车管理", "Parking office"), Text("违停记录。", "Parking fines."), "示例", (FINES,)
)
''',
}
TABLE = "编号,时间,宽度(厘米),状态,区划\nA1,2026-11-20 08:00,120,1,371702101000\nA2,2026-02-30,50,0,371702\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The folder beside the other platforms."""
    place = tmp_path / "platforms" / "parking_office"
    place.mkdir(parents=True)
    for name, text in FOLDER.items():
        (place / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(mudan.platforms, "__path__", [*mudan.platforms.__path__, str(place.parent)])
    return "parking_office"


async def test_a_folder_of_declarations_is_a_platform(
    folder: str, app_client: Client, tmp_path: Path
) -> None:
    assert folder in names()
    platform = declared(folder)
    assert validate(platform) == []
    parts = await running(app_client)
    intake = PlatformIntake(platform, parts.path, parts.clock, b"s" * 32)
    feeds = {feed.name: feed for feed in platform.feeds}
    drop = DropFolder(intake, folder, tmp_path / "drop", COUNTY, lambda _: None)
    put(tmp_path / "drop", "fines", "a.csv", TABLE.encode("gbk"))
    for _ in range(2):
        await drop.look(feeds)
    async with parts.db.work() as connection:
        rows = await (await connection.execute("select source_id, area_code, content from record")).fetchall()
        found, _ = await cases.page(connection, DESK, Wanted(), parts.clock.now())
        bad = await (await connection.execute("select row, faults from record_bad")).fetchall()
    assert [(row["source_id"], row["area_code"], row["content"]["width_m"]) for row in rows] == [
        ("A1", "371702101", 1.2)
    ]
    assert [case.title for case in found] == ["违停占道 A1"]
    assert [(row["row"], row["faults"][0]["field"]) for row in bad] == [(3, "时间")]
    parts.card.name, parts.card.feeds = folder, platform.feeds
    app_client.deps.nouns["centre"].platforms = {folder: parts.card}
    await parts.enter(Role.INTEGRATOR)
    key = (await app_client.post(f"/api/record-keys/{folder}", {"title": "停车办"})).json()
    body = json.dumps([{"ID": "A1", "状态": "0"}, {"ID": "A3", "状态": "1"}], ensure_ascii=False).encode()
    path = f"/api/records/{folder}/fines"
    head = signed_head(key["secret"], key["id"], "POST", path, body, now=parts.clock.now(), nonce=uuid4().hex)
    told = (await app_client.http.post(path, content=body, headers=head)).json()
    assert (told["good"], told["bad"], told["opened"]) == (2, 0, 1)
    decoded = list(platform.decode(body))
    assert [one.message["content"]["state"] for one in decoded] == ["moved", "blocks"]
