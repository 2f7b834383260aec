"""Is a file of the field read with its faults, looked at, written, and are its bad rows given back as a table?"""

import io
import json
from typing import Any
from uuid import uuid4

import httpx
import openpyxl
import pytest

from mudan.core.people.model import Role
from mudan.run.discover import declared
from tests.api.running import Running, running
from tests.database import COUNTY, TOWN, Client

pytestmark = pytest.mark.anyio
GRID = f"{COUNTY}001001003"


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    parts.card.censuses = declared("urban_management").censuses
    await parts.enter(Role.INTEGRATOR)
    return parts


def feature(code: str, lon: float = 115.4, **more: Any) -> dict[str, Any]:
    """A component as a census file has it."""
    return {
        "type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, 35.2]},
        "properties": {"ObjID": code, "小类代码": "0102", "BGID": GRID, **more},
    }  # fmt: skip


def geojson(*features: Any) -> bytes:
    """A file of features."""
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


async def give(parts: Running, content: bytes, name: str = "parts.geojson", **more: Any) -> httpx.Response:
    """Give a file."""
    form = {"id": str(uuid4()), "platform": "water", "census": "components", **more}
    return await parts.client.send("POST", "/api/census", data=form, files={"file": (name, content)})


async def written(parts: Running, census_id: str) -> dict[str, Any]:
    """Write it and let the centre's seconds pass."""
    (await parts.client.post(f"/api/census/{census_id}/apply")).raise_for_status()
    for _ in range(4):
        await parts.path.tick()
    answer: dict[str, Any] = (await parts.client.get(f"/api/census/{census_id}")).json()
    return answer


async def test_a_geojson_file_is_looked_at_then_written_and_known_at_once(parts: Running) -> None:
    answer = await give(
        parts, geojson(feature("3717020102000001"), feature("3717020102000002", 200.0), "nothing")
    )
    assert answer.status_code == 201, answer.text
    seen = answer.json()
    assert (seen["state"], seen["total"], seen["good"], seen["bad"], seen["added"]) == ("preview", 3, 1, 2, 1)
    assert [(row["number"], row["faults"][0]["field"]) for row in seen["bad_rows"]] == [(2, "lon"), (3, "")]
    assert (await parts.client.get("/api/entities", params={"type": "Component"})).json()["items"] == []
    done = await written(parts, seen["id"])
    assert done["state"] == "done"
    assert ("water", "3717020102000001") in parts.path.directory.devices
    [shown] = (await parts.client.get("/api/entities", params={"type": "Component"})).json()["items"]
    assert (shown["area_code"], shown["properties"]["state"]) == (GRID, "intact")


async def test_a_spreadsheet_is_read_and_a_formula_in_it_told(parts: Running) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["标识码", "小类", "所在单元网格", "经度", "纬度", "部件状态", "普查日期"])
    sheet.append(["3717020102000001", "0102", GRID, 115.4, 35.2, "破损", "2026-03-01"])
    sheet.append(["3717020102000002", "0102", GRID, "=1+1", 35.2, "完好", "2026-03-01"])
    sheet.append([3717020102000003, "0102", GRID, 115.4, 35.2, "完好", "2026-02-30"])
    held = io.BytesIO()
    book.save(held)
    seen = (await give(parts, held.getvalue(), "普查.xlsx")).json()
    assert (seen["good"], seen["bad"]) == (1, 2)
    assert seen["things"][0]["properties"]["state"] == "damaged"
    assert [row["number"] for row in seen["bad_rows"]] == [3, 4]
    assert "公式" in seen["bad_rows"][0]["faults"][0]["reason"]["zh"]


async def test_the_bad_rows_are_given_back_as_a_table_without_formulas(parts: Running) -> None:
    seen = (await give(parts, geojson(feature("3717020102000001", state="=cmd()")))).json()
    answer = await parts.client.get(f"/api/census/{seen['id']}/bad.csv")
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("行号 row,问题字段 field,原因 reason,")
    assert lines[1].startswith("1,state,")
    assert "'=cmd()" in lines[1]


async def test_what_is_no_file_of_things_is_refused_whole(parts: Running) -> None:
    for content, name in (
        (b"", "empty.csv"), (b'{"type": "FeatureCollection"', "cut.geojson"), (b'{"type": "Point"}', "a.geojson"),
        (b"PK\x03\x04 no workbook", "a.xlsx"), (b"\xff\xfe\xfd", "a.csv"), (b"<svg/>", "a.svg"),
    ):  # fmt: skip
        answer = await give(parts, content, name)
        assert answer.status_code == 422 or answer.json()["good"] == 0, (name, answer.text)
    [*files] = (await parts.client.get("/api/census", params={"platform": "water"})).json()["items"]
    assert {one["state"] for one in files} <= {"failed", "preview"}
    assert all(one["good"] == 0 for one in files)


async def test_the_same_file_given_twice_is_read_once_and_another_under_its_id_refused(
    parts: Running,
) -> None:
    name, content = str(uuid4()), geojson(feature("3717020102000001"))
    first, second = [(await give(parts, content, id=name)).json() for _ in range(2)]
    assert (first["total"], second["total"]) == (1, 1)
    assert (await give(parts, geojson(), id=name)).status_code == 409


async def test_an_area_that_is_not_ones_own_is_refused(parts: Running) -> None:
    await parts.enter(Role.INTEGRATOR, TOWN)
    assert (await give(parts, geojson(), area_code=COUNTY)).status_code == 403
    seen = (await give(parts, geojson(feature("3717020102000001")))).json()
    assert seen["bad_rows"][0]["faults"][0]["field"] == "area_code"


async def test_a_platform_without_such_a_file_says_so(parts: Running) -> None:
    assert (await give(parts, geojson(), census="trees")).json()["field"] == "census"
    assert (await give(parts, geojson(), platform="moon")).json()["field"] == "platform"
    [first, *_] = (await parts.client.get("/api/census/kinds")).json()["items"]
    assert (first["name"], first["columns"][0]["name"]) == ("components", "code")


async def test_a_file_that_is_too_large_is_refused(parts: Running) -> None:
    assert (await give(parts, b" " * (34 << 20), "a.csv")).status_code == 413
