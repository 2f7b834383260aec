"""Does a warning go from the first word to everybody's page, over HTTP?"""

import json
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from mudan.core.calls.actions.tree import NewNode, add_node
from mudan.core.people.model import Role
from mudan.core.warnings import actions
from mudan.core.warnings.model.cap_read import read
from mudan.core.warnings.model.china_xml import national
from mudan.core.warnings.model.content import stored
from mudan.core.warnings.model.gateway import signature
from tests.api.running import Running, running
from tests.core.county import PLACE, actor, add_crew, add_unit
from tests.core.warnings.words import content
from tests.database import COUNTY, START, TOWN, Client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    await parts.enter(Role.DISPATCHER)
    return parts


async def _step(parts: Running, warning: dict[str, Any], verb: str, **more: Any) -> dict[str, Any]:
    answer = await parts.client.post(
        f"/api/warnings/{warning['id']}/{verb}", {"version": warning["version"]} | more
    )
    assert answer.is_success, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def _draft(parts: Running, *, status: str = "Actual", **words: Any) -> dict[str, Any]:
    answer = await parts.client.post("/api/warnings", {"content": stored(content(**words)), "status": status})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _sent(parts: Running, warning: dict[str, Any]) -> dict[str, Any]:
    await parts.enter(Role.DUTY_OFFICER)
    checked = await _step(parts, warning, "check")
    await parts.enter(Role.LEADER)
    approved = await _step(parts, checked, "approve")
    sent = await _step(parts, approved, "send")
    await parts.enter(Role.DISPATCHER)
    return sent


async def test_from_the_template_to_the_feeds_and_back_to_silence(parts: Running) -> None:
    fill = {
        "template": "fog",
        "level": 2,
        "area": {"zh": "沙土镇", "en": "Shatu"},
        "values": {"visibility": 50, "road": "G50"},
    }
    words = (await parts.client.post("/api/warnings/fill", fill)).json()
    assert words["headline"]["zh"] == "牡丹区应急管理局发布橙色预警：沙土镇能见度不足50 m"
    words["geocodes"] = [TOWN]
    draft = (await parts.client.post("/api/warnings", {"content": words})).json()
    assert (draft["state"], draft["moves"], draft["lacks"]) == ("draft", ["edit", "withdraw"], [])
    sent = await _sent(parts, draft)
    assert (sent["state"], sent["in_force"], sent["sandboxed"]) == ("sent", True, False)
    [shown] = (await parts.client.get("/feeds/warnings.json")).json()["items"]
    assert (shown["identifier"], shown["in_force"]) == (sent["identifier"], True)
    document = await parts.client.get(f"/feeds/cap/{sent['identifier']}.xml")
    assert document.headers["content-type"] == "application/cap+xml"
    assert read(document.content).infos[0].headline == words["headline"]["zh"]
    answer = await parts.client.post(
        f"/api/warnings/{sent['id']}/follow", {"msg_type": "Cancel", "note": "雾散"}
    )
    cancel = answer.json()
    assert {change["field"] for change in cancel["changes"]} >= {"headline", "note"}
    ended = await _sent(parts, cancel)
    assert [one["state"] for one in ended["messages"]] == ["cancelled", "sent"]
    assert [one["in_force"] for one in (await parts.client.get("/feeds/warnings.json")).json()["items"]] == [
        False,
        False,
    ]


async def test_the_feed_is_atom_and_names_every_document(parts: Running) -> None:
    sent = await _sent(parts, await _draft(parts, level=2))
    answer = await parts.client.get("/feeds/cap.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = etree.fromstring(answer.content)
    names = {"a": "http://www.w3.org/2005/Atom", "cap": "urn:oasis:names:tc:emergency:cap:1.2"}
    for needed in ("a:id", "a:title", "a:updated", "a:author/a:name", "a:link[@rel='self']"):
        assert feed.find(needed, names) is not None, needed
    [entry] = feed.findall("a:entry", names)
    for needed in ("a:id", "a:title", "a:updated", "a:summary"):
        assert (entry.findtext(needed, "", names)).strip(), needed
    assert entry.findtext("cap:expires", "", names)
    link = entry.find("a:link", names)
    assert link is not None
    assert link.get("href", "").endswith(f"/feeds/cap/{sent['identifier']}.xml")
    again = await parts.client.get("/feeds/cap.atom", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("status", ["Exercise", "Test"])
async def test_nothing_of_the_sandbox_reaches_the_public(parts: Running, status: str) -> None:
    sent = await _sent(parts, await _draft(parts, status=status, note="月度", level=2))
    assert [one["channel"] for one in sent["deliveries"]] == ["sandbox"]
    assert sent["reached"] == []
    parts.client.http.cookies.clear()
    for path in ("/feeds/cap.atom", "/feeds/warnings.json", "/public/warnings", "/public/warnings?lang=en"):
        assert str(sent["identifier"]) not in (await parts.client.get(path)).text
    assert (await parts.client.get(f"/feeds/cap/{sent['identifier']}.xml")).status_code == 404


async def test_the_page_says_what_to_do_and_lets_no_markup_through(parts: Running) -> None:
    nasty = "<script>alert(1)</script>]]>&amp;\"'"
    draft = stored(content(level=2))
    for name in ("headline", "description", "instruction", "area"):
        draft[name] = {"zh": f"{name}{nasty}", "en": f"{name} {nasty}"}
    draft["contact"] = nasty
    made = (await parts.client.post("/api/warnings", {"content": draft})).json()
    sent = await _sent(parts, made)
    parts.client.http.cookies.clear()
    for language in ("zh", "en"):
        answer = await parts.client.get(f"/public/warnings?lang={language}")
        assert "<script" not in answer.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;]]&gt;&amp;amp;&quot;&#x27;" in answer.text
        assert "unsafe-inline" not in answer.headers["content-security-policy"].split("style-src-attr")[0]
        assert "instruction" in answer.text
        assert "测试" not in answer.text, "no person's name"
        tree = etree.fromstring(answer.content, etree.HTMLParser())
        assert tree.findall(".//script") == []
        assert len(tree.findall(".//article")) == 1
    for path in ("/feeds/cap.atom", f"/feeds/cap/{sent['identifier']}.xml"):
        body = (await parts.client.get(path)).content
        assert nasty in "".join(map(str, etree.fromstring(body).itertext()))


async def test_without_warnings_the_page_says_so(parts: Running) -> None:
    parts.client.http.cookies.clear()
    assert "目前没有生效的预警" in (await parts.client.get("/public/warnings")).text
    assert "No warning is in force" in (await parts.client.get("/public/warnings?lang=en")).text
    assert (await parts.client.get("/public/style.css")).headers["content-type"].startswith("text/css")


async def test_what_is_past_its_end_is_not_shown_as_in_force_before_anybody_says_so(parts: Running) -> None:
    await _sent(parts, await _draft(parts, level=2))
    parts.clock.advance(timedelta(hours=6, seconds=1).total_seconds())
    [shown] = (await parts.client.get("/feeds/warnings.json")).json()["items"]
    assert shown["in_force"] is False
    assert "目前没有生效的预警" in (await parts.client.get("/public/warnings")).text


async def test_the_preview_shows_the_message_its_length_and_who_is_inside(parts: Running) -> None:
    async with parts.db.work() as connection:
        await add_unit(connection, "IN-1", home_lon=PLACE[0], home_lat=PLACE[1], area_code=TOWN)
        await add_unit(connection, "OUT-1", home_lon=PLACE[0] + 1, home_lat=PLACE[1], area_code=COUNTY)
    body = {"content": stored(content(level=3)), "status": "Exercise"}
    shown = (await parts.client.post("/api/warnings/preview", body)).json()
    assert [one["field"] for one in shown["lacks"]] == ["note"]
    assert [one["code"] for one in shown["coverage"]["units"]] == ["IN-1"]
    assert shown["text_parts"] == 1
    assert read(shown["cap"].encode()).infos[0].headline.startswith("【演练】")
    empty = stored(content()) | {"headline": {"zh": "", "en": ""}, "event": {"zh": "", "en": ""}}
    lacking = (await parts.client.post("/api/warnings/preview", {"content": empty})).json()
    assert {one["field"] for one in lacking["lacks"]} == {"headline", "event"}
    assert lacking["cap"] is None


async def test_people_inside_are_told_and_their_word_is_seen(parts: Running) -> None:
    async with parts.db.work() as connection:
        unit = await add_unit(connection, "IN-1", home_lon=PLACE[0], home_lat=PLACE[1], area_code=TOWN)
        crew = await add_crew(connection, unit, "crew-one")
    sent = await _sent(parts, await _draft(parts, level=2))
    told = [one for one in sent["reached"] if one["name"] == crew.name]
    assert [(one["state"], one["received_at"]) for one in told] == [("open", None)]
    parts.client.http.cookies.set("mudan_session", await parts.session(crew.person))
    mine = (await parts.client.get("/api/notices")).json()["items"]
    assert [one["noun"] for one in mine] == ["warnings"]
    async with parts.db.work() as connection:
        changes = await actions.tick(connection, START + timedelta(days=1))
    assert {one.noun for one in changes.others} == {"warnings"}
    assert (await parts.client.get("/api/notices")).json()["items"] == []


async def test_it_is_taken_away_as_cap_national_xml_and_table(parts: Running) -> None:
    first = await _sent(parts, await _draft(parts, level=2))
    answer = await parts.client.post(
        f"/api/warnings/{first['id']}/follow", {"msg_type": "Update", "note": "=续"}
    )
    second = await _sent(parts, answer.json())
    path = f"/api/warnings/{second['id']}"
    cap = read((await parts.client.get(f"{path}/cap.xml")).content)
    assert [one.identifier for one in cap.references] == [first["identifier"]]
    found = national((await parts.client.get(f"{path}/national.xml")).content)
    assert found.errors == ()
    assert found.alert is not None
    assert (found.alert.identifier, [one.identifier for one in found.alert.references]) == (
        second["identifier"], [first["identifier"]],
    )  # fmt: skip
    table = (await parts.client.get(f"{path}/history.csv")).text.splitlines()
    assert len(table) == 1 + 5 + 4
    assert (await parts.client.get(f"/api/warnings/{answer.json()['id']}")).json()["content"]["note"] == "=续"


async def test_nobody_sends_alone_and_no_old_version_passes(parts: Running) -> None:
    draft = await _draft(parts, level=2)
    for verb in ("check", "approve", "send"):
        answer = await parts.client.post(f"/api/warnings/{draft['id']}/{verb}", {"version": draft["version"]})
        assert answer.status_code in (403, 409), verb
    await parts.enter(Role.DUTY_OFFICER)
    checked = await _step(parts, draft, "check")
    body = {"version": checked["version"]}
    assert (await parts.client.post(f"/api/warnings/{draft['id']}/approve", body)).status_code == 403
    assert (await parts.client.post(f"/api/warnings/{draft['id']}/return", body)).status_code == 422
    old = {"version": draft["version"], "reason": "改"}
    assert (await parts.client.post(f"/api/warnings/{draft['id']}/return", old)).status_code == 409


async def test_without_a_sender_nothing_goes_out(parts: Running) -> None:
    draft = await _draft(parts, level=2)
    await parts.enter(Role.DUTY_OFFICER)
    checked = await _step(parts, draft, "check")
    await parts.enter(Role.LEADER)
    approved = await _step(parts, checked, "approve")
    del parts.client.deps.nouns["warnings"]
    answer = await parts.client.post(f"/api/warnings/{draft['id']}/send", {"version": approved["version"]})
    assert answer.status_code == 503
    assert (await parts.client.get("/api/warnings/settings")).json()["issuer"] is None


async def test_a_gateway_reports_by_itself_when_it_signs_what_it_says(parts: Running) -> None:
    sent = await _sent(parts, await _draft(parts, level=2))
    async with parts.db.work() as connection:
        await connection.execute("update warning_delivery set state = 'delivered' where channel = 'text'")
    [delivery] = [one for one in sent["deliveries"] if one["channel"] == "text"]
    at = parts.clock.now()
    body = json.dumps(
        {"delivery": delivery["id"], "at": at.isoformat(), "reached": 10_450, "failed": 3}
    ).encode()

    async def post(signed: str) -> int:
        answer = await parts.client.http.post(
            "/api/warnings/receipts", content=body, headers={"mudan-signature": signed}
        )
        return answer.status_code

    good = signature(b"g" * 32, str(int(at.timestamp())), body)
    assert [await post(one) for one in ("", good + "0", good, good)] == [403, 403, 204, 204]
    shown = (await parts.client.get(f"/api/warnings/{sent['id']}")).json()
    receipt = next(one["receipt"] for one in shown["deliveries"] if one["id"] == delivery["id"])
    assert (receipt["reached"], receipt["failed"], receipt["noted_by"]) == (10_450, 3, "gateway:text")


async def test_the_call_tree_is_called_once_and_only_for_what_is_in_force(parts: Running) -> None:
    draft = await _draft(parts, level=2)
    assert (draft["may_call"], draft["call"]) == (False, None)
    assert (await parts.client.post(f"/api/warnings/{draft['id']}/calls")).status_code == 409
    sent = await _sent(parts, draft)
    path = f"/api/warnings/{sent['id']}"
    assert (await parts.client.post(f"{path}/calls")).status_code == 422, "nobody stands in the tree"
    async with parts.db.work() as connection:
        await add_node(connection, actor(), NewNode("沙土镇", "town", TOWN))
    first = (await parts.client.post(f"{path}/calls")).json()
    again = (await parts.client.post(f"{path}/calls")).json()
    assert first["call"]["id"] == again["call"]["id"]
    assert (first["call"]["state"], first["call"]["answered"]) == ("running", 0)
    test = await _sent(parts, await _draft(parts, status="Test", note="试", level=2))
    assert (await parts.client.post(f"/api/warnings/{test['id']}/calls")).status_code == 409
