"""Can a dispatcher close a road on the map, see the detour at once, and open it again?"""

from typing import Any

import pytest

from mudan.api.plans.county import by_road
from mudan.core.people.model import Role
from mudan.core.plans import actions as plans
from mudan.core.plans.model.finding import Fleet
from mudan.core.plans.model.lint import lint_text
from mudan.core.roads import actions
from mudan.core.roads.model import order_of
from tests.api.running import Running, Socket, beating, running
from tests.core.county import actor, add_entity, open_incident
from tests.core.plans.bench import FACTS, SMALL
from tests.core.roads.town import line_town, place
from tests.database import COUNTY, OTHER_TOWN, START, TOWN, Client

pytestmark = pytest.mark.anyio
SPOT = {"type": "Point", "coordinates": list(place(4.5, 0))}
TRIP = {"start": "{:.6f},{:.6f}".format(*place(1, 0)), "end": "{:.6f},{:.6f}".format(*place(8, 0))}


async def with_roads(parts: Running) -> None:
    """The line town's roads are in use."""
    graph = line_town()
    async with parts.db.work() as connection:
        await actions.take_up(connection, graph, order_of(graph).tolist(), START, "test")
    await parts.path.roads.refresh(parts.db, START)


@pytest.fixture
async def parts(app_client: Client) -> Running:
    found = await running(app_client)
    await with_roads(found)
    await found.enter(Role.DISPATCHER, COUNTY)
    return found


def _body(**more: Any) -> dict[str, Any]:
    return {"geometry": SPOT, "classes": ["car", "truck"], "reason": "塌方", **more}


async def _way(client: Client, **more: str) -> dict[str, Any]:
    answer = await client.get("/api/roads/route", params={**TRIP, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_road_closed_on_the_map_is_gone_round_until_it_is_opened(parts: Running) -> None:
    client = parts.client
    free = await _way(client)
    closed = (await client.post("/api/roads/closures", _body())).json()
    assert (closed["state"], closed["source"], closed["edges"]) == ("in_force", "hand", [1])
    assert closed["names"] == [{"zh": "2路", "en": "Road 2"}]
    detour = await _way(client)
    assert detour["seconds"] > free["seconds"] == detour["free_seconds"]
    assert [step["name"]["zh"] for step in detour["steps"]] == ["1路", "4路", "3路"]
    assert (await _way(client, profile="foot"))["seconds"] == (await _way(client, profile="foot"))[
        "free_seconds"
    ]
    opened = await client.post(
        f"/api/roads/closures/{closed['id']}/end", {"reason": "已清理", "version": closed["version"]}
    )
    assert opened.json()["state"] == "ended"
    assert (await _way(client))["seconds"] == free["seconds"]
    kept = (await client.get(f"/api/roads/closures/{closed['id']}")).json()
    assert [line["kind"] for line in kept["history"]] == ["made", "lifted"]
    ended = (await client.get("/api/roads/closures", params={"state": "ended"})).json()["items"]
    assert [one["id"] for one in ended] == [closed["id"]]


async def test_stretches_are_closed_by_clicking_and_only_on_the_network_that_is_shown(parts: Running) -> None:
    client = parts.client
    network = (await client.get("/api/roads/network")).json()
    assert (network["schematic"], network["left_out"], len(network["features"])) == (True, 0, 4)
    clicked = {"edges": [1, 2], "classes": ["car"], "reason": "施工"}
    old = await client.post("/api/roads/closures", {**clicked, "graph_version": "0" * 64})
    assert old.status_code == 409
    made = await client.post("/api/roads/closures", {**clicked, "graph_version": network["graph_version"]})
    assert made.json()["edges"] == [1, 2]
    cut = await _way(client)
    assert cut["reachable"]
    assert cut["seconds"] > cut["free_seconds"]
    assert cut["closures"] == [{"id": made.json()["id"], "reason": "施工", "depth_m": None, "penalty": None}]


async def test_who_is_cut_off_is_told_what_stands_in_the_way(parts: Running) -> None:
    client = parts.client
    ring = [list(place(*corner)) for corner in ((4.4, -1), (4.6, -1), (4.6, 4), (4.4, 4), (4.4, -1))]
    area = {"type": "Polygon", "coordinates": [ring]}
    drawn = (await client.post("/api/roads/match", {"geometry": area})).json()
    assert drawn["edges"] == [1, 3]
    await client.post("/api/roads/closures", _body(geometry=area, depth_m=0.6))
    cut = await _way(client, profile="truck")
    assert (cut["reachable"], cut["seconds"], cut["line"]["coordinates"]) == (False, None, [])
    assert [one["depth_m"] for one in cut["closures"]] == [0.6]


@pytest.mark.parametrize(
    "wrong",
    [
        {"geometry": None}, {"edges": [1]}, {"geometry": {"type": "Point", "coordinates": [0, 0]}}, {"classes": []},
        {"geometry": {"type": "Blob"}}, {"depth_m": -1}, {"penalty": 0.5}, {"reason": ""}, {"colour": "red"},
    ],
)  # fmt: skip
async def test_what_is_no_closure_is_refused(parts: Running, wrong: dict[str, Any]) -> None:
    answer = await parts.client.post("/api/roads/closures", _body(**wrong))
    assert answer.status_code == 422, answer.text
    assert (await parts.client.get("/api/roads/closures")).json()["items"] == []


async def test_a_closure_for_an_incident_stands_in_its_timeline(parts: Running) -> None:
    async with parts.db.work() as connection:
        incident = await open_incident(connection, actor(area=COUNTY))
    closed = (await parts.client.post("/api/roads/closures", _body(incident_id=str(incident.id)))).json()
    assert (closed["source"], closed["incident_id"]) == ("incident", str(incident.id))
    shown = (await parts.client.get(f"/api/incidents/{incident.id}")).json()
    assert "封闭道路：塌方" in [line["text"]["zh"] for line in shown["timeline"]]
    mine = await parts.client.get("/api/roads/closures", params={"incident_id": str(incident.id)})
    assert [one["id"] for one in mine.json()["items"]] == [closed["id"]]


async def test_two_people_cannot_both_move_the_same_end(parts: Running) -> None:
    closed = (await parts.client.post("/api/roads/closures", _body(ends_at="2026-11-24T01:00:00Z"))).json()
    later = {"ends_at": "2026-11-24T05:00:00Z", "reason": "未清理完", "version": closed["version"]}
    first = await parts.client.send("PATCH", f"/api/roads/closures/{closed['id']}", json=later)
    assert first.json()["ends_at"] == "2026-11-24T05:00:00.000Z"
    second = await parts.client.send("PATCH", f"/api/roads/closures/{closed['id']}", json=later)
    assert second.status_code == 409


async def test_a_closure_of_another_area_counts_without_telling_its_reason(parts: Running) -> None:
    async with parts.db.work() as connection:
        new = actions.NewClosure(SPOT, "邻镇的秘密", depth_m=0.2)
        await actions.close(connection, new, START, by="x", space=0, area_code=OTHER_TOWN)
    await parts.path.roads.refresh(parts.db, START)
    await parts.enter(Role.DISPATCHER, TOWN)
    way = await _way(parts.client)
    assert (way["closures"], way["others"]) == ([], 1)
    assert (await parts.client.get("/api/roads/closures")).json()["items"] == []


async def test_screens_hear_of_closures(parts: Running) -> None:
    async with beating(parts), Socket(parts.client) as socket:
        assert (await socket.subscribe("r", "changes", nouns=["roads"]))["do"] == "subscribed"
        closed = (await parts.client.post("/api/roads/closures", _body())).json()
        assert (await socket.hear())["items"] == [{"noun": "roads", "id": closed["id"]}]


async def test_another_network_is_taken_into_use_by_who_may(parts: Running) -> None:
    other = line_town()
    object.__setattr__(other, "names_en", tuple(name + "!" for name in other.names_en))
    first = parts.path.roads.graph_version
    async with parts.db.work() as connection:
        await actions.take_up(connection, other, None, START, "test")
    await parts.path.roads.refresh(parts.db, START)
    assert (await parts.client.post(f"/api/roads/networks/{first}/use")).status_code == 403
    await parts.enter(Role.INTEGRATOR, COUNTY)
    shown = (await parts.client.post(f"/api/roads/networks/{first}/use")).json()
    assert (shown["graph_version"], shown["engine"]) == (first, "cch")
    assert [one["active"] for one in shown["networks"]] == [True, False]
    assert (await parts.client.post(f"/api/roads/networks/{'0' * 64}/use")).status_code == 404


async def test_without_a_network_the_answer_says_so(app_client: Client) -> None:
    bare = await running(app_client)
    await bare.enter(Role.DISPATCHER, COUNTY)
    assert (await app_client.get("/api/roads")).json()["engine"] == ""
    assert (await app_client.get("/api/roads/route", params=TRIP)).status_code == 503
    assert (await app_client.get("/api/roads/closures")).json()["items"] == []


async def test_the_preview_of_a_level_names_the_roads_that_the_water_and_the_wind_would_close(
    parts: Running,
) -> None:
    rules = """\
    closures:
      - {id: ford, rule: flood_depth, says: {zh: 禁行, en: Closed}, depth_m: 0.3, example: true}
      - {id: upwind, rule: upwind, says: {zh: 上风向, en: Upwind}, radius_m: 300, example: true}
"""
    gauge = {"lon": SPOT["coordinates"][0], "lat": SPOT["coordinates"][1], "area_code": TOWN}
    async with parts.db.work() as connection:
        await plans.adopt(
            connection, START, SMALL.replace("  - key: I\n", rules + "  - key: I\n"), area=COUNTY
        )
        incident = await open_incident(connection, actor(area=COUNTY), lon=gauge["lon"], lat=gauge["lat"])
        await add_entity(
            connection, "ford", properties={"road_depth": "level", "road_level_m": 10.0}, **gauge
        )
    asked = {"level": "IV", "incident_id": str(incident.id), "wind_from_deg": "270", "wind_ms": "4"}
    shown = await parts.client.get("/api/plans/small-flood/preview", params=asked)
    assert shown.status_code == 200, shown.text
    ford, upwind = shown.json()["closures"]
    assert ford["grounds"] == [ford["grounds"][0] | {"closes": False, "depth_m": None}]
    assert ford["grounds"][0]["names"] == upwind["grounds"][0]["names"] == [{"zh": "2路", "en": "Road 2"}]
    assert (upwind["wind"]["from_deg"], upwind["wind"]["by_hand"]) == (270, True)
    half = await parts.client.get("/api/plans/small-flood/preview", params={"level": "IV", "wind_ms": "4"})
    assert half.status_code == 422


async def test_lint_holds_a_plans_deadline_against_the_way_by_road_as_it_is_now(parts: Running) -> None:
    here, there = place(1, 0), place(8, 0)
    travel_s = by_road(parts.path.roads, [Fleet("flood_rescue", ["swift_water"], here)], 0)
    text = SMALL.replace("lon: 115.48, lat: 35.24", f"lon: {there.lon}, lat: {there.lat}")

    def said(by: str) -> list[str]:
        _, found = lint_text(text.replace("by: 60min", f"by: {by}"), FACTS.with_travel(travel_s))
        return [one.text.zh for one in found if one.code == "deadline_before_arrival"]

    assert said("5min") == []
    assert said("2min") == ["要求 2 分钟到位，路程需 4 分钟"]
    ring = [list(place(*corner)) for corner in ((4.4, -1), (4.6, -1), (4.6, 4), (4.4, 4), (4.4, -1))]
    await parts.client.post("/api/roads/closures", _body(geometry={"type": "Polygon", "coordinates": [ring]}))
    assert said("5min") == ["道路不通，到不了要求的地点"]
