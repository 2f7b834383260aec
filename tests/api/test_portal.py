"""Does who has no account report, follow, rate and reopen over HTTP, in bounds and with nothing personal told on?"""

import re
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mudan.api.public.bounds import bounds_of
from mudan.api.security.rate import Rate
from mudan.core.entities import actions as entities
from mudan.core.people.model import Role
from tests.api.running import Running, running
from tests.api.test_cases import step
from tests.core.cases.photos import photo
from tests.core.county import PLACE, add_entity
from tests.database import COUNTY, ORIGIN, TOWN, WATER, Client

pytestmark = pytest.mark.anyio
VOID = {"meta", "link", "input", "br", "img", "hr"}
NASTY = "<script>alert(1)</script>'; drop table case_file; -- \" & {{7*7}} ${x} ../../etc"


@pytest.fixture
async def parts(app_client: Client) -> Running:
    made = await running(app_client)
    async with made.db.work() as connection:
        await add_entity(connection)
    app_client.http.headers["origin"] = ORIGIN
    return made


class Checker(HTMLParser):
    """Reads a page as strictly as a browser does not: tags close, ids are single, labels name what is there."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.fors: list[str] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"{tag} stays open" for tag in self.open]
        self.faults += [f"id {one} twice" for one in set(self.ids) if self.ids.count(one) > 1]
        self.faults += [f"label for {one}" for one in self.fors if one not in self.ids]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.fors += [given["for"] or ""] if "for" in given else []
        self.faults += [f"{name} on {tag}" for name in given if name.startswith("on") or name == "style"]
        if tag == "script" and given.get("src") != "/public/report.js":
            self.faults.append("a script that is not ours")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{tag} closes nothing")


def read(answer: httpx.Response) -> str:
    """The page, which must be sound and say what to do in an emergency before anything else."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = answer.text
    assert Checker(text).faults == []
    words = re.sub(r"<[^>]+>", "", text.split("<body>")[1])
    said = words.removeprefix("跳到正文").removeprefix("Skip to the content")
    assert said.startswith(("有人有生命危险", "Life in danger"))
    assert answer.headers["referrer-policy"] == "same-origin"
    return text


def form(page: str) -> dict[str, str]:
    """What the page's form would send again: its hidden fields and what was typed."""
    fields = dict(re.findall(r'<input type="hidden"[^>]* name="([^"]+)" value="([^"]*)"', page))
    fields |= dict(re.findall(r'<input id="\w+" name="([^"]+)" type="\w+" value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n([^<]*)<', page))
    fields |= dict(re.findall(r'<select[^>]* name="(\w+)".*?value="([^"]*)" selected', page))
    return fields


async def filled(parts: Running, **more: str) -> dict[str, str]:
    """The empty form, filled in as people do."""
    page = read(await parts.client.http.get("/public/report"))
    given = {"class_code": "0201", "text": "井盖破了，有人摔倒", "address": "桥头路口"}
    return form(page) | given | more


async def post(parts: Running, path: str, data: dict[str, str], **more: Any) -> httpx.Response:
    """A form as a browser sends it."""
    return await parts.client.http.post(path, data=data, **more)


def slip(page: str) -> tuple[str, str]:
    """(number, code) of the page that shows them once."""
    return (
        re.findall(r'<dd id="number">([^<]+)', page)[0],
        re.findall(r'<dd id="code">([^<]+)', page)[0],
    )


async def reported(parts: Running, **more: str) -> tuple[str, str]:
    """(number, code) of a report without anything like it near by."""
    answer = await post(parts, "/public/report", await filled(parts, **more))
    assert answer.status_code == 201, answer.text
    return slip(read(answer))


async def case_of(parts: Running, number: str) -> dict[str, Any]:
    """The case as the desk sees it."""
    await parts.enter(Role.DISPATCHER)
    items = (await parts.client.get("/api/cases", params={"state": "all", "q": number})).json()["items"]
    one: dict[str, Any] = (await parts.client.get(f"/api/cases/{items[0]['id']}")).json()
    return one


async def test_the_short_address_leads_to_the_form_and_pages_have_their_mark(parts: Running) -> None:
    answer = await parts.client.http.get("/public")
    assert (answer.status_code, answer.headers["location"]) == (307, "/public/report")
    for path in ("/public/report", "/public/cases", "/public/board", "/public/warnings"):
        assert 'rel="icon"' in (await parts.client.http.get(path)).text


async def test_a_report_without_map_name_or_account_becomes_a_case_once(parts: Running) -> None:
    data = await filled(parts, address="沙土镇桥头路口")
    first = await post(parts, "/public/report", data)
    again = await post(parts, "/public/report", data)
    assert slip(first.text) == slip(again.text)
    number, code = slip(read(first))
    one = await case_of(parts, number)
    assert (one["title"], one["source"], one["area_code"], one["created_by"]) == (
        "井盖缺损 沙土镇桥头路口", "public", TOWN, "反映人（网上）",
    )  # fmt: skip
    assert [each["channel"] for each in one["reporters"]] == ["web"]
    followed = read(await post(parts, f"/public/cases/{number}", {"code": code.lower()}))
    assert 'data-state="reported"' in followed
    assert "预计最迟" in followed
    assert (await parts.client.get("/api/cases/burden")).json()["items"][0]["form"] == "portal"


async def test_nothing_typed_is_lost_on_an_error_and_it_stands_beside_the_field(parts: Running) -> None:
    data = await filled(parts, class_code="", text=NASTY, address="", consents="1", contact="x")
    answer = await post(parts, "/public/report", data)
    page = read(answer)
    assert answer.status_code == 422
    assert 'id="class_code-wrong"' in page
    assert "<script>alert" not in page
    kept = form(page)
    assert kept["id"] == data["id"]
    assert kept["contact"] == "x"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for more, field in (
        ({"class_code": "0201"}, "address"),
        ({"class_code": "0201", "address": "桥头"}, "contact"),
    ):
        page = read(await post(parts, "/public/report", data | more))
        assert f'id="{field}-wrong"' in page
    english = read(await parts.client.http.post("/public/report?lang=en", data=data))
    assert "Please choose what it is about." in english
    assert 'lang="en"' in english


async def test_markup_sql_and_scripts_in_every_field_stay_text(parts: Running) -> None:
    number, code = await reported(
        parts, text=NASTY, address=NASTY, name=NASTY[:60], phone="<b>1</b>", area_code=NASTY, began=NASTY,
        join=NASTY, picture=NASTY, lon=NASTY, lat="nan",
    )  # fmt: skip
    one = await case_of(parts, number)
    assert (one["text"], one["address"], one["lon"], one["reporters"][0]["name"]) == (
        NASTY, NASTY, None, NASTY[:60],
    )  # fmt: skip
    said = {"code": code, "act": "add", "once": str(uuid4()), "words": NASTY}
    page = read(await post(parts, f"/public/cases/{number}", said))
    assert "alert" not in page
    for path in (f"/public/cases/{NASTY.replace('/', '')}", "/public/cases/%3Cscript%3E"):
        assert "<script>alert" not in read(await parts.client.http.get(path))
    assert (await case_of(parts, number))["history"][-1]["text"]["zh"] == f"反映人补充：{NASTY}"


async def test_gbk_bytes_empty_and_huge_bodies_are_read_or_refused_in_words(parts: Running) -> None:
    data = await filled(parts)
    body = "&".join(f"{name}={value}" for name, value in data.items()).encode("gbk")
    plain = {"content-type": "application/x-www-form-urlencoded"}
    answer = await parts.client.http.post("/public/report", content=body, headers=plain)
    assert answer.status_code == 201
    assert (await case_of(parts, slip(answer.text)[0]))["text"] == "井盖破了，有人摔倒"
    for content, headers, status in (
        (b"", plain, 422), (b"", {}, 422), (b"x", {"content-type": "multipart/form-data"}, 422),
        (b"&".join(b"a%d=1" % n for n in range(99)), plain, 422), (b"text=" + b"a" * 200_000, plain, 422),
        (b"text=\xff\xff\xff", plain, 422), (b"a" * (17 << 20), plain, 413), (b"a" * (50 << 20), plain, 413),
    ):  # fmt: skip
        answer = await parts.client.http.post("/public/report", content=content, headers=headers)
        assert answer.status_code == status, (content[:20], answer.text[:300])
        read(answer)


async def test_a_picture_comes_first_and_its_place_is_only_suggested(parts: Running) -> None:
    data = await filled(parts, address="", text="")
    taken = photo(place=PLACE)
    asked = read(await post(parts, "/public/report", data, files={"photo": ("a.jpg", taken, "image/jpeg")}))
    assert "照片里记着拍摄位置" in asked
    again = form(asked)
    assert again["lon"] == ""
    refused = read(await post(parts, "/public/report", again | {"use_place": "no"}))
    assert 'id="address-wrong"' in refused
    made = await post(parts, "/public/report", again | {"use_place": "yes"})
    one = await case_of(parts, slip(read(made))[0])
    assert (one["lon"], one["lat"], one["area_code"]) == (
        pytest.approx(PLACE[0]),
        pytest.approx(PLACE[1]),
        TOWN,
    )
    assert [(each["role"], each["placed_by"]) for each in one["pictures"]] == [("report", "given")]
    data = await filled(parts, use_place="no", text="")
    made = await post(parts, "/public/report", data, files={"photo": ("a.jpg", taken, "image/jpeg")})
    one = await case_of(parts, slip(read(made))[0])
    assert (one["lon"], one["pictures"][0]["lon"]) == (None, None)


@pytest.mark.parametrize("data", [b"<svg onload=alert(1)>", b"PK\x03\x04" * 99, b"\xff\xd8\xff" + b"0" * 999])
async def test_what_is_no_picture_is_refused_beside_the_field(parts: Running, data: bytes) -> None:
    answer = await post(
        parts, "/public/report", await filled(parts), files={"photo": ("a.jpg", data, "image/jpeg")}
    )
    page = read(answer)
    assert (answer.status_code, 'id="photo-wrong"' in page) == (422, True)
    assert form(page)["address"] == "桥头路口"
    answer = await parts.client.http.post(
        "/api/public/pictures", files={"file": ("a.jpg", data, "image/jpeg")}
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "file")


async def test_the_same_near_by_is_suggested_without_words_and_joined_with_a_code(parts: Running) -> None:
    place = {"lon": f"{PLACE[0]:.6f}", "lat": f"{PLACE[1]:.6f}"}
    number, code = await reported(parts, **place, name="张三丰", phone="13812345678", text="秘密甲")
    data = await filled(parts, **place, name="李四光", text="秘密乙")
    page = read(await post(parts, "/public/report", data))
    assert number in page
    for secret in ("张三丰", "13812345678", "秘密甲", "桥头路口 "):
        assert secret not in page
    again = form(page)
    none = read(await post(parts, "/public/report", again | {"joining": "1", "join": ""}))
    assert "请重新选择" in none
    made = read(await post(parts, "/public/report", again | {"joining": "1", "join": number}))
    joined, own = slip(made)
    assert (joined, own != code) == (number, True)
    assert {one["name"] for one in (await case_of(parts, number))["reporters"]} == {"张三丰", "李四光"}
    new = await post(parts, "/public/report", again | {"id": str(uuid4()), "sure": "1", "text": "另一个"})
    assert slip(read(new))[0] != number
    far = await post(
        parts, "/public/report", again | {"id": str(uuid4()), "joining": "1", "join": number, "lat": "36"}
    )
    assert far.status_code == 422
    burden = (await parts.client.get("/api/cases/burden")).json()["items"]
    assert sum(one["avoided"] for one in burden) == 1


async def test_wrong_pairs_look_the_same_and_are_slowed_for_one_address_only(parts: Running) -> None:
    number, code = await reported(parts)
    pages = {
        read(await post(parts, f"/public/cases/{number}", {"code": "AAAA"})),
        read(await post(parts, f"/public/cases/{number}", {"code": code + "2"})),
        read(await post(parts, "/public/cases", {"number": number, "code": ""})),
    }
    other = read(await post(parts, "/public/cases/RX20200101-0001", {"code": code}))
    assert {page.replace(number, "") for page in pages} == {other.replace("RX20200101-0001", "")}
    for _ in range(6):
        await parts.client.http.post(f"/api/public/cases/{number}", json={"code": "AAAA"})
    refused = await post(parts, f"/public/cases/{number}", {"code": code})
    assert (refused.status_code, int(refused.headers["retry-after"]) > 1) == (429, True)
    assert "试得太多" in read(refused)
    assert (
        await parts.client.http.post(f"/api/public/cases/{number}", json={"code": code})
    ).status_code == 429
    parts.client.clock.advance(31)
    for _ in range(3):  # what is right counts against nobody
        assert 'data-state="reported"' in read(await post(parts, f"/public/cases/{number}", {"code": code}))


async def test_reports_are_bounded_for_an_address_and_for_all_and_nothing_is_lost(parts: Running) -> None:
    bounds_of(parts.client.deps).reports.each = Rate(1 / 60, 2)
    for _ in range(2):
        await reported(parts)
    refused = await post(parts, "/public/report", await filled(parts))
    assert (refused.status_code, form(read(refused))["address"]) == (429, "桥头路口")
    bounds_of(parts.client.deps).reports.each = Rate(1, 99)
    bounds_of(parts.client.deps).reports.together = Rate(1 / 60, 1)
    await reported(parts)
    refused = await post(parts, "/public/report", await filled(parts))
    assert (refused.status_code, int(refused.headers["retry-after"]) > 30) == (429, True)


async def closed(parts: Running, number: str) -> dict[str, Any]:
    """The case, after everybody's work."""
    one = await case_of(parts, number)
    walker = await parts.person(Role.FIELD_WORKER)
    ways: list[tuple[str, Role, dict[str, Any]]] = [
        ("verify", Role.DISPATCHER, {"person_id": str(walker.id)}), ("confirm", Role.FIELD_WORKER, {}),
        ("open", Role.DISPATCHER, {}), ("dispatch", Role.DISPATCHER, {"owner": WATER}),
        ("sign", Role.DEPARTMENT_LIAISON, {}), ("answer", Role.DEPARTMENT_LIAISON, {"note": "已换新井盖"}),
        ("check", Role.DISPATCHER, {}), ("pass", Role.DUTY_OFFICER, {"reason": "现场看过"}),
    ]  # fmt: skip
    for event, role, more in ways:
        done = await step(parts, one, event, role, **more)
        assert done["status"] == 200, (event, done)
    return one


async def test_closed_is_not_fixed_it_is_rated_reopened_and_told_without_names(parts: Running) -> None:
    number, code = await reported(parts, consents="1", contact="13900001111", name="王小明")
    one = await closed(parts, number)
    path = f"/public/cases/{number}"
    page = read(await post(parts, path, {"code": code}))
    assert 'data-state="evaluating"' in page
    for words in ("不等于您的问题已经解决", "已换新井盖", "短信通知"):
        assert words in page
    for secret in ("王小明", "13900001111", "field_worker", "dispatcher"):
        assert secret not in page
    once = {"code": code, "once": str(uuid4())}
    wrong = await post(parts, path, once | {"act": "rate", "solved": "no"})
    assert (wrong.status_code, "请选择。" in read(wrong)) == (422, True)
    wrong = await post(parts, path, once | {"act": "rate", "answer": "not"})
    assert (wrong.status_code, "请选择是否已解决。" in read(wrong)) == (422, True)
    assert "您的评价：不满意" in read(
        await post(parts, path, once | {"act": "rate", "answer": "not", "solved": "no"})
    )
    wrong = await post(parts, path, {"code": code, "once": str(uuid4()), "act": "reopen", "reason": " "})
    assert 'id="reason-wrong"' in read(wrong)
    page = read(
        await post(parts, path, {"code": code, "once": str(uuid4()), "act": "reopen", "reason": "又松了"})
    )
    assert 'data-state="dispatching"' in page
    late = await post(parts, path, {"code": code, "once": str(uuid4()), "act": "reopen", "reason": "再来"})
    assert "情况已有变化" in read(late)
    assert "通知已取消，联系方式已删除" in read(
        await post(parts, path, {"code": code, "once": str(uuid4()), "act": "withdraw"})
    )
    history = (await parts.client.get(f"/api/cases/{one['id']}")).json()["history"]
    assert [line["kind"] for line in history][-3:] == ["rate", "reopen", "withdrawn"]
    taken = {"photo": ("b.jpg", photo(), "image/jpeg")}
    page = read(
        await post(parts, path, {"code": code, "once": str(uuid4()), "act": "add", "words": ""}, files=taken)
    )
    assert len((await case_of(parts, number))["pictures"]) == 1
    assert "已记下" in page


async def test_programs_report_follow_and_look_by_the_same_way(parts: Running) -> None:
    http = parts.client.http
    known = (await http.get("/api/public/classes")).json()
    assert ({"0201", "03", "99"} <= {one["code"] for one in known["items"]}, known["example"]) == (True, True)
    body = {
        "id": str(uuid4()),
        "class_code": "0201",
        "text": "破了",
        "lon": PLACE[0],
        "lat": PLACE[1],
        "seconds": 30,
    }
    drawn = await http.post(
        "/api/public/pictures", files={"file": ("a.jpg", photo(place=(1.0, 2.0)), "image/jpeg")}
    )
    assert drawn.json()["lon"] == pytest.approx(1.0)
    made = (await http.post("/api/public/reports", json=body | {"picture": drawn.json()["id"]})).json()
    place: dict[str, Any] = {"lon": PLACE[0], "lat": PLACE[1], "class_code": "0201"}
    [alike] = (await http.get("/api/public/alike", params=place)).json()["items"]
    assert (alike["number"], alike["distance_m"], sorted(alike)) == (
        made["number"], 0, ["class_title", "days", "distance_m", "ended", "number", "stage"],
    )  # fmt: skip
    path = f"/api/public/cases/{made['number']}"
    shown = (await http.post(path, json={"code": made["code"]})).json()
    assert (shown["state"], shown["stages"][0]["words"]["zh"]) == ("reported", "已收到，等待受理")
    deed = {"code": made["code"], "client_id": str(uuid4()), "words": "在东侧"}
    assert (await http.post(f"{path}/words", json=deed)).status_code == 200
    assert (await http.post(f"{path}/reopen", json=deed | {"client_id": str(uuid4())})).status_code == 409
    assert (await http.post(f"{path}/void", json=deed)).status_code == 422
    assert (await http.post(path, json={"code": "x"})).status_code == 404
    wrong = {"id": str(uuid4()), "class_code": "0201", "text": "破"}
    assert (await http.post("/api/public/reports", json=wrong)).json()["field"] == "text"
    assert (await http.post("/api/public/reports", json=body | {"class_code": "77"})).json()[
        "field"
    ] == "class_code"
    assert (await http.post("/api/public/reports", json=body | {"admin": True})).status_code == 422
    assert (await http.post("/api/public/reports", json=body | {"text": "另一件"})).status_code == 409
    assert (
        await http.post(path, json={"code": "x"}, headers={"origin": "http://evil.test"})
    ).status_code == 403


async def test_the_board_counts_and_names_nobody(parts: Running) -> None:
    for n in range(6):
        await reported(parts, address=f"机密路 {n} 号", name="赵钱孙", phone="13700000000", text="机密内容")
    await reported(parts, class_code="03", address="机密巷")
    await reported(parts, class_code="0202", address="机密巷")
    page = read(await parts.client.http.get("/public/board"))
    assert "<td>井盖缺损</td><td>6</td>" in page
    assert "<td>噪声扰民</td><td>&lt; 5</td>" in page
    board = (await parts.client.http.get("/api/public/board")).json()
    for secret in ("机密", "赵钱孙", "13700000000", "RX2026"):
        assert secret not in page
        assert secret not in str(board)
    assert {"name": {"zh": "噪声扰民", "en": "noise"}, "count": None} in board["by_class"]
    assert {one["town"]["zh"] for one in board["recent"] if one["class_title"]["zh"] == "噪声扰民"} == {
        "全县"
    }
    kept = await parts.client.http.get("/public/board")
    await reported(parts)
    assert (await parts.client.http.get("/public/board")).text == kept.text
    parts.client.clock.advance(61)
    assert (await parts.client.http.get("/public/board")).text != kept.text


async def test_everybody_loads_shapes_and_names_of_the_map_and_nothing_else_of_it(parts: Running) -> None:
    here = {"type": "Point", "coordinates": [115.4812345, 35.2412345]}
    kept = {"name_zh": "沙土镇", "name_en": "Shatu", "phone": "13800001234", "id": 7}
    features = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": here, "properties": kept}, {"type": "Feature", "geometry": None},
    ]}  # fmt: skip
    async with parts.db.work() as work:
        for name in ("towns", "pipes"):
            row = {
                "name": name,
                "title_zh": "镇",
                "title_en": "towns",
                "schematic": True,
                "credit": "示例",
                "position": 1,
            }
            await entities.put_layer(work, row | {"features": features})
    answer = await parts.client.http.get("/public/map.json")
    assert answer.headers["content-type"].startswith("application/json")
    assert set(answer.json()) == {"towns"}
    (one,) = answer.json()["towns"]["features"]
    assert one["geometry"]["coordinates"] == [115.4812, 35.2412]
    assert one["properties"] == {"name_zh": "沙土镇", "name_en": "Shatu"}
    again = await parts.client.http.get("/public/map.json", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_a_town_is_found_by_its_name_and_no_single_thing(parts: Running) -> None:
    async with parts.db.work() as work:
        await add_entity(work, "S9")
    http = parts.client.http
    found = (await http.get("/public/places", params={"q": "沙土"})).json()["items"]
    assert [(one["name"]["zh"], one["lon"]) for one in found] == [("沙土镇", PLACE[0])]
    part = (await http.get("/public/places", params={"q": "shatu"})).json()["items"]
    assert [one["name"]["en"] for one in part] == ["Shatu Town"]
    assert (await http.get("/public/places", params={"q": "站S9"})).json() == {"items": []}
    assert (await http.get("/public/places", params={"q": "'; drop table area; --"})).json() == {"items": []}
    assert (await http.get("/public/places", params={"q": "长" * 61})).status_code == 422
    assert (await http.get("/public/places")).status_code == 422


async def test_the_form_has_a_map_that_only_a_script_opens_and_is_whole_without_it(parts: Running) -> None:
    for lang, words in (("zh", "在地图上选"), ("en", "Pick on a map")):
        answer = await parts.client.http.get("/public/report", params={"lang": lang})
        assert words in read(answer)
        assert 'id="map-open" aria-expanded="false" aria-controls="map" hidden' in answer.text
        assert re.search(r'<div id="map"[^>]* hidden>', answer.text)


async def test_the_pages_link_to_each_other_in_both_languages(parts: Running) -> None:
    http = parts.client.http
    for path in ("/public/report", "/public/cases", "/public/cases/RX1", "/public/board"):
        for lang in ("zh", "en"):
            read(await http.get(path, params={"lang": lang}))
    assert 'href="/public/report?lang=en"' in (await http.get("/public/warnings?lang=en")).text
    assert 'href="/public/board"' in (await http.get("/public/warnings")).text
    script = await http.get("/public/report.js")
    assert script.headers["content-type"].startswith("text/javascript")
    lost = await http.get("/public/cases/RX1/nothing")
    assert (lost.status_code, "没有这个页面" in read(lost)) == (404, True)


async def test_a_caller_is_counted_for_a_purpose_that_is_written_down(parts: Running) -> None:
    await reported(parts, phone="13700000000")
    await parts.enter(Role.DISPATCHER)
    asked = {"phone": "137-0000 0000", "purpose": "call"}
    known = (await parts.client.post("/api/cases/callers", asked)).json()
    assert (known["count"], known["open"]) == (1, 1)
    await parts.enter(Role.AUDITOR, COUNTY)
    trail = (await parts.client.get("/api/audit")).text
    assert "case.callers" in trail
    assert "13700000000" not in trail
    assert "137****0000" in trail


async def test_large_bodies_are_counted_before_they_are_read(parts: Running) -> None:
    bounds_of(parts.client.deps).bodies.each = Rate(1 / 60, 1)
    large = {"photo": ("a.jpg", b"0" * 300_000, "image/jpeg")}
    assert (await post(parts, "/public/report", {}, files=large)).status_code == 422
    refused = await post(parts, "/public/report", {}, files=large)
    assert (refused.status_code, "试得太多" in read(refused)) == (429, True)
    await reported(parts)
