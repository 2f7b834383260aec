"""Can another system report by Open311 and follow what becomes of it, in both formats, and is it told what is wrong?"""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from mudan.core.cases import actions as cases
from mudan.core.cases import queries
from mudan.core.cases.model import known
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.georeport import Definition, Discovery, Refusal, Request, Service, Ticket, read
from mudan.core.cases.model.types import PublicService
from mudan.core.people.model import Role
from mudan.primitives.text import Text
from tests.api.running import Running, running
from tests.core.cases.desk import new_case
from tests.core.cases.photos import SVG, photo
from tests.core.county import actor
from tests.database import COUNTY, TOWN, Client

pytestmark = pytest.mark.anyio
V2 = "/open311/v2"
FORMATS = ("xml", "json")
PLACE = {"lat": "35.24", "long": "115.48"}
REPORT = {"service_code": "hotline.0201", "description": "路中间的井盖没了", **PLACE}


_ADDRESSES = count(1)


@pytest.fixture
async def parts(app_client: Client) -> Running:
    transport = app_client.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    transport.client = (
        f"10.31.1.{next(_ADDRESSES)}",
        5000,
    )  # what is read without a key is counted by address
    return await running(app_client)


async def issued(parts: Running, **more: Any) -> str:
    """A key as the administrator issues it."""
    await parts.enter(Role.ADMINISTRATOR)
    body = {"name": "市民通", "contact": "王工 0530-1234567", **more}
    answer = await parts.client.post("/api/open311/keys", body)
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["token"]
    return token


async def asked(parts: Running, path: str, expect: int = 200, **query: Any) -> Any:
    """What a GET says, read by our own reader; its content type and status are checked."""
    answer = await parts.client.http.get(f"{V2}/{path}", params=query)
    assert answer.status_code == expect, answer.text
    kind = "application/json" if path.endswith(".json") else "text/xml"
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    if not path.endswith(".json"):
        assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return read(answer.content).items


async def sent(parts: Running, form: dict[str, Any], ending: str = "json", status: int = 200) -> Any:
    """What a report is answered with: another system's, without cookies and origin."""
    parts.client.http.cookies.clear()
    answer = await parts.client.http.post(f"{V2}/requests.{ending}", data=form)
    assert answer.status_code == status, answer.text
    return read(answer.content).items


@pytest.mark.parametrize("ending", FORMATS)
async def test_the_classes_of_a_public_type_are_services_and_its_fields_attributes(
    parts: Running, ending: str
) -> None:
    found = {one.code: one for one in await asked(parts, f"services.{ending}")}
    assert set(found) == {
        "hotline.0101",
        "hotline.0102",
        "hotline.0201",
        "hotline.0202",
        "hotline.03",
        "hotline.99",
    }
    manhole = found["hotline.0201"]
    assert isinstance(manhole, Service)
    assert (manhole.name, manhole.group, manhole.type, manhole.metadata) == (
        "井盖缺损",
        "公用设施",
        "realtime",
        True,
    )
    assert "示例" in manhole.description
    english = await asked(parts, f"services.{ending}", locale="en")
    assert {one.name for one in english} >= {"broken manhole"}
    (definition,) = await asked(parts, f"services/hotline.0201.{ending}")
    assert isinstance(definition, Definition)
    wish = definition.attributes[0]
    assert (wish.code, wish.datatype, wish.order, wish.variable) == ("wish", "singlevaluelist", 1, True)
    assert [choice.key for choice in wish.values] == ["consult", "help", "complain", "suggest"]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("base", ["/open311", V2])
async def test_discovery_names_this_interface_and_its_formats(parts: Running, ending: str, base: str) -> None:
    answer = await parts.client.http.get(f"{base}/discovery.{ending}")
    (found,) = read(answer.content).items
    assert isinstance(found, Discovery)
    assert found.endpoints[0].url.endswith("/open311/v2")
    assert found.endpoints[0].formats == ("text/xml", "application/json")
    assert found.endpoints[0].specification.endswith("GeoReport_v2")


@pytest.mark.parametrize("ending", FORMATS)
async def test_a_report_becomes_a_case_that_everybody_can_follow_without_seeing_who_reported_it(
    parts: Running, ending: str
) -> None:
    key = await issued(parts)
    personal = {"first_name": "三", "last_name": "张", "phone": "13800000000", "email": "zhang@example.org"}
    (ticket,) = await sent(parts, REPORT | personal | {
        "api_key": key, "attribute[wish]": "complain", "attribute[household]": "3 号楼 502",
        "media_url": "http://example.org/a.jpg", "address_id": "A-1", "account_id": "u7",
    }, ending)  # fmt: skip
    assert isinstance(ticket, Ticket)
    assert re.fullmatch(r"RX20261123-\d{4}", ticket.id)
    assert (ticket.token, ticket.account_id) == ("", "u7")
    answer = await parts.client.http.get(f"{V2}/requests/{ticket.id}.{ending}", params={"extensions": "true"})
    (one,) = read(answer.content).items
    assert isinstance(one, Request)
    assert (one.status, one.status_notes, one.service_code) == ("open", "已登记", "hotline.0201")
    assert (one.description, one.media_url, one.address_id) == (
        "路中间的井盖没了",
        "http://example.org/a.jpg",
        "A-1",
    )
    assert (one.lat, one.lon) == (35.24, 115.48)
    assert one.requested_at == parts.clock.now()
    assert one.expected_at is not None
    assert one.extended["stage"] == "reported"
    assert [note.type for note in one.notes] == ["reported"]
    for said in ("张", "13800000000", "zhang", "502", "市民通", "complain"):
        assert said not in answer.text
    await parts.enter(Role.DISPATCHER)
    found = (await parts.client.get("/api/cases", params={"state": "all"})).json()["items"]
    assert [(case["number"], case["source"]) for case in found] == [(ticket.id, "public")]
    whole = (await parts.client.get(f"/api/cases/{found[0]['id']}")).json()
    assert whole["form"] == {"wish": "complain", "household": "3 号楼 502"}
    assert whole["reporters"][0]["name"] == "三 张"
    assert "市民通" in whole["history"][0]["actor"]


async def test_the_same_report_again_within_minutes_is_the_same_request(parts: Running) -> None:
    form = REPORT | {"api_key": await issued(parts), "account_id": "u1"}
    (first,) = await sent(parts, form)
    (again,) = await sent(parts, form, "xml")
    (other,) = await sent(parts, form | {"account_id": "u2"})
    parts.clock.advance(3600)
    (later,) = await sent(parts, form)
    assert first.id == again.id
    assert len({first.id, other.id, later.id}) == 3
    (listed,) = await asked(parts, "requests.json", service_request_id=first.id)
    assert listed.id == first.id


@pytest.fixture
def in_batches() -> Any:
    """A public type whose noise is answered by a token and whose rest by nothing."""
    public = PublicService(modes={"03": "batch", "99": "blackbox"})
    known.learn(
        [replace(HOTLINE, name="counter", prefix="CT", public=public, title=Text("柜台（示例）", "counter"))]
    )
    yield
    known._KNOWN.pop("counter")


@pytest.mark.usefixtures("in_batches")
@pytest.mark.parametrize("ending", FORMATS)
async def test_a_batch_service_gives_a_token_that_becomes_a_number_and_a_blackbox_neither(
    parts: Running, ending: str
) -> None:
    form = REPORT | {"api_key": await issued(parts)}
    (ticket,) = await sent(parts, form | {"service_code": "counter.03"}, ending)
    assert ticket.id == ""
    (number,) = await asked(parts, f"tokens/{ticket.token}.{ending}")
    assert number.token == ticket.token
    assert number.id.startswith("CT")
    (silent,) = await sent(parts, form | {"service_code": "counter.99"}, ending)
    assert (silent.id, silent.token) == ("", "")
    (wrong,) = await asked(parts, f"tokens/never.{ending}", 404)
    assert wrong == Refusal("404", "token provided was not found")


@pytest.mark.parametrize("ending", FORMATS)
async def test_filters_choose_by_service_status_dates_and_numbers(parts: Running, ending: str) -> None:
    key, path = await issued(parts), f"requests.{ending}"
    start = parts.clock.now()
    numbers = []
    for code in ("0201", "0202", "03"):
        (ticket,) = await sent(parts, REPORT | {"api_key": key, "service_code": f"hotline.{code}"})
        numbers.append(ticket.id)
        parts.clock.advance(86400)

    async def ids(**query: Any) -> list[str]:
        return [one.id for one in await asked(parts, path, **query)]

    first, second, third = numbers
    assert await ids() == [third, second, first]
    assert await ids(service_code="hotline.0201,hotline.03") == [third, first]
    assert await ids(service_code="hotline.0201'; drop table case_file; --") == []
    assert await ids(service_code="") == [third, second, first]
    assert await ids(status="closed") == []
    assert await ids(status="open,closed") == [third, second, first]
    assert await ids(end_date=start.isoformat()) == [first]
    assert await ids(start_date="2026-11-24T09:00:00+08:00", end_date="2026-11-24T09:00:00+08:00") == [second]
    assert await ids(service_request_id=f"{first},{third}", status="closed") == [third, first]
    assert await ids(service_request_id="' or 1=1 --") == []
    assert await ids(page="2", page_size="2") == [first]
    assert await ids(updated_after=start.isoformat()) == [first, second, third]
    assert await ids(updated_before=start.isoformat()) == [first]
    parts.clock.advance(86400 * 120)
    assert await ids() == []
    assert await ids(updated_after=start.isoformat()) == [first, second, third]


@pytest.mark.parametrize("ending", FORMATS)
async def test_a_circle_holds_what_is_shown_within_it_and_numbers_come_before_every_other_filter(
    parts: Running, ending: str
) -> None:
    key, path = await issued(parts), f"requests.{ending}"
    numbers = []
    for step in (0.0, 0.004, 0.03):  # 0, 445 and 3336 m to the north
        (ticket,) = await sent(
            parts, REPORT | {"api_key": key, "lat": str(35.24 + step), "description": f"{step}"}
        )
        numbers.append(ticket.id)
    (placeless,) = await sent(
        parts,
        {"api_key": key, "service_code": "hotline.0201", "description": "x", "address_string": "人民路"},
    )

    async def ids(**query: Any) -> set[str]:
        wanted: dict[str, Any] = PLACE | query
        return {one.id for one in await asked(parts, path, **wanted)}

    assert await ids() == set(numbers[:2])  # a kilometre unless a radius is named
    assert await ids(radius="440") == {numbers[0]}
    assert await ids(radius="450") == set(numbers[:2])
    assert await ids(radius="5000") == set(numbers)
    assert await ids(radius="5000", status="closed") == set()
    assert await ids(service_request_id=f"{placeless.id},{numbers[2]}", radius="x", page="x", status="lost") == {
        placeless.id, numbers[2],
    }  # fmt: skip


WRONG: list[tuple[dict[str, str], int, str]] = [
    ({"start_date": "2026-02-30T00:00:00Z"}, 400, "start_date"),
    ({"end_date": "soon"}, 400, "end_date"),
    ({"start_date": "2026-03-01T00:00:00Z", "end_date": "2026-02-01T00:00:00Z"}, 400, "before"),
    ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"}, 400, "90 days"),
    ({"status": "lost"}, 400, "status"),
    ({"page": "0"}, 400, "page"),
    ({"page": "-1"}, 400, "page"),
    ({"page_size": "1001"}, 400, "page_size"),
    ({"page": "999999", "page_size": "1000"}, 400, "beyond"),
    ({"updated_after": "99999-01-01"}, 400, "updated_after"),
    ({"lat": "35"}, 400, "both"),
    ({"radius": "5"}, 400, "both"),
    ({"lat": "north", "long": "115"}, 400, "lat"),
    ({"lat": "35", "long": "181"}, 400, "long"),
    ({"lat": "35", "long": "115", "radius": "nan"}, 400, "radius"),
    ({"lat": "35", "long": "115", "radius": "50001"}, 400, "radius"),
    ({"jurisdiction_id": "city.gov"}, 404, "jurisdiction_id"),
]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(("query", "status", "said"), WRONG, ids=[f"{q}" for q, _, _ in WRONG])
async def test_a_filter_that_cannot_be_is_refused_in_the_format_that_was_asked_for(
    parts: Running, ending: str, query: dict[str, Any], status: int, said: str
) -> None:
    (wrong,) = await asked(parts, f"requests.{ending}", status, **query)
    assert isinstance(wrong, Refusal)
    assert wrong.code == str(status)
    assert said in wrong.description


@pytest.mark.parametrize("ending", FORMATS)
async def test_what_is_not_there_is_told_as_the_standard_says(parts: Running, ending: str) -> None:
    ways = {
        f"services/hotline.7777.{ending}": (404, "service_code provided was not found"),
        f"requests/RX1-1.{ending}": (404, "service_request_id provided was not found"),
        f"elsewhere.{ending}": (400, "The URL request is invalid or the service is not offered"),
    }
    for path, (status, said) in ways.items():
        assert await asked(parts, path, status) == (Refusal(str(status), said),)
    assert await asked(parts, f"services.{ending}", jurisdiction_id=COUNTY) != ()
    answer = await parts.client.http.get(f"{V2}/services.yaml")
    assert answer.status_code == 400
    assert "yaml" in read(answer.content).items[0].description  # type: ignore[union-attr] # a refusal


REFUSED: list[tuple[dict[str, str], int, list[str]]] = [
    ({"api_key": ""}, 403, ["api_key was not provided"]),
    ({"api_key": "mk-forged"}, 403, ["api_key"]),
    ({"api_key": "' or true --"}, 403, ["api_key"]),
    ({"service_code": ""}, 400, ["service_code was not provided"]),
    ({"service_code": "hotline.02"}, 404, ["service_code"]),
    ({"lat": "", "long": ""}, 400, ["no location"]),
    ({"long": ""}, 400, ["both"]),
    ({"lat": "91", "long": "nan"}, 400, ["lat", "long"]),
    ({"attribute[wish]": "money", "attribute[household]": "x" * 30, "lat": "35.1"}, 400, ["attribute[wish]"]),
    (
        {"attribute[wish][]": "help", "service_code": "", "description": "x" * 4001},
        400,
        ["4000", "service_code"],
    ),
    ({"jurisdiction_id": "city.gov"}, 404, ["jurisdiction_id"]),
    ({"media_url": "http://x/" + "a" * 2000}, 400, ["media_url"]),
]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(("odd", "status", "said"), REFUSED, ids=[str(n) for n in range(len(REFUSED))])
async def test_a_report_that_cannot_be_taken_says_every_reason(
    parts: Running, ending: str, odd: dict[str, str], status: int, said: list[str]
) -> None:
    form = REPORT | {"api_key": await issued(parts)} | odd
    found = await sent(parts, form, ending, status)
    assert len(found) == len(said)
    for refusal, words in zip(found, said, strict=True):
        assert refusal.code == str(status)
        assert words in refusal.description
    assert await asked(parts, "requests.json") == ()


async def test_a_revoked_key_holds_no_more_and_a_key_is_used_no_oftener_than_it_may(parts: Running) -> None:
    key = await issued(parts, per_minute=2)
    form = REPORT | {"api_key": key}
    for n in range(2):
        await sent(parts, form | {"description": str(n)})
    (wrong,) = await sent(parts, form | {"description": "2"}, "xml", 429)
    assert wrong.code == "429"
    parts.clock.advance(60)
    await sent(parts, form | {"description": "2"})
    await parts.enter(Role.ADMINISTRATOR)
    (known_key,) = (await parts.client.get("/api/open311/keys")).json()["items"]
    assert key.startswith(known_key["shown"])
    assert key not in str(known_key)
    ended = await parts.client.send("DELETE", f"/api/open311/keys/{known_key['id']}")
    assert ended.json()["revoked_by"]
    assert (await parts.client.send("DELETE", f"/api/open311/keys/{known_key['id']}")).status_code == 409
    await sent(parts, form, "json", 403)
    async with parts.db.work() as connection:
        rows = await (await connection.execute("select hash, shown from api_key")).fetchall()
        trail = await (
            await connection.execute("select action from audit where action like 'key.%' order by seq")
        ).fetchall()
    assert key.encode() not in rows[0]["hash"]
    assert [row["action"] for row in trail] == ["key.issue", "key.revoke"]


async def test_reading_without_a_key_is_bounded_by_address(parts: Running) -> None:
    answers = [(await parts.client.http.get(f"{V2}/services.json")).status_code for _ in range(125)]
    assert answers.count(200) == 120
    assert answers[-1] == 429
    refused = await parts.client.http.get(f"{V2}/services.json")
    assert read(refused.content).items[0].code == "429"  # type: ignore[union-attr] # a refusal


@pytest.mark.parametrize("ending", FORMATS)
async def test_markup_in_a_description_stays_text_and_numbers_of_persons_are_taken_out(
    parts: Running, ending: str
) -> None:
    words = "<script>alert(1)</script> & ]]> 电话13812345678，身份证 371702199001011234，车牌鲁R12345，邮箱 a.b@qq.com"
    (ticket,) = await sent(parts, REPORT | {"api_key": await issued(parts), "description": words})
    answer = await parts.client.http.get(f"{V2}/requests/{ticket.id}.{ending}")
    (one,) = read(answer.content).items
    assert isinstance(one, Request)
    assert one.description == "<script>alert(1)</script> & ]]> 电话***，身份证 ***，车牌***，邮箱 ***"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_other_encodings_are_read_when_declared_and_refused_when_not(parts: Running) -> None:
    key = await issued(parts)
    parts.client.http.cookies.clear()
    fields = f"api_key={key}&service_code=hotline.0202&address_string="
    body = fields.encode() + quote("沙土镇", encoding="gbk").encode()
    urlencoded = "application/x-www-form-urlencoded"

    async def posted(kind: str, content: bytes) -> Any:
        headers = {"content-type": kind}
        answer = await parts.client.http.post(f"{V2}/requests.json", content=content, headers=headers)
        return answer.status_code, read(answer.content).items[0]

    status, wrong = await posted(urlencoded, body)
    assert (status, wrong.description) == (400, "address_string is not text in UTF-8")
    status, ticket = await posted(f"{urlencoded}; charset=GBK", body)
    assert status == 200
    (one,) = await asked(parts, f"requests/{ticket.id}.json")
    assert one.address == "沙土镇"
    assert (await posted("application/json", b"{}"))[0] == 400
    assert (await posted("multipart/form-data", b"--x"))[0] == 400
    assert (await posted(urlencoded, b"&".join([b"a=b"] * 400)))[0] == 400
    (refused,) = await asked(parts, "requests.json", 400, status="\0")
    assert "UTF-8" in refused.description


async def test_pictures_are_kept_with_the_case_once_and_what_is_none_is_told(parts: Running) -> None:
    key = await issued(parts)
    parts.client.http.cookies.clear()
    form = REPORT | {"api_key": key, "description": "路灯"}
    files = [("media", ("a.jpg", photo(), "image/jpeg")), ("media", ("b.svg", SVG, "image/jpeg"))]
    tickets: list[Any] = []
    for _ in range(2):
        answer = await parts.client.http.post(f"{V2}/requests.json", data=form, files=files)
        tickets += read(answer.content).items
    assert tickets[0] == tickets[1]
    assert isinstance(tickets[0], Ticket)
    assert "有图片未保存" in tickets[0].service_notice
    (one,) = await asked(parts, f"requests/{tickets[0].id}.xml")
    assert one.description == "路灯"
    await parts.enter(Role.DISPATCHER)
    (found,) = (await parts.client.get("/api/cases", params={"state": "all"})).json()["items"]
    pictures = (await parts.client.get(f"/api/cases/{found['id']}")).json()["pictures"]
    assert [picture["role"] for picture in pictures] == ["report"]


async def test_a_body_of_fifty_megabytes_is_not_read(parts: Running) -> None:
    form = REPORT | {"api_key": await issued(parts)}
    parts.client.http.cookies.clear()
    for name, data in (("media", b"x" * (50 << 20)), ("media", b"x" * ((15 << 20) + 1))):
        refused = await parts.client.http.post(
            f"{V2}/requests.json", data=form, files={name: ("a.jpg", data, "image/jpeg")}
        )
        assert refused.status_code == 413
        assert read(refused.content).items[0].code == "413"  # type: ignore[union-attr] # a refusal

    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="media"; filename="a.jpg"\r\n\r\n'
        for _ in range(20):
            yield b"x" * (1 << 20)

    kind = {"content-type": "multipart/form-data; boundary=b"}
    untold = await parts.client.http.post(f"{V2}/requests.xml", content=endless(), headers=kind)
    assert untold.status_code == 413
    big = await parts.client.http.post(f"{V2}/requests.xml", data=form | {"description": "x" * (2 << 20)})
    assert big.status_code == 413


async def test_a_case_that_the_desk_took_down_shows_its_stage_but_no_words_and_no_exact_place(
    parts: Running,
) -> None:
    async with parts.db.work() as connection:
        desk = actor(Role.DISPATCHER)
        case = await cases.report(connection, desk, parts.clock.now(), new_case(
            source="public", text="张三家门口", address="3 号楼", lon=115.48123, lat=35.24123, area_code=TOWN,
        ))  # fmt: skip
        step = cases.Step("refuse", case.version, case.id, reason="张三已自行修好")
        await cases.move(connection, case.id, step, desk, parts.clock.now())
        assert (await queries.one(connection, case.id)).state == "refused"
    answer = await parts.client.http.get(
        f"{V2}/requests.json", params={"status": "closed", "extensions": "true"}
    )
    (one,) = read(answer.content).items
    assert isinstance(one, Request)
    assert (one.status_notes, one.description, one.address) == ("不予立案", "", "")
    assert (one.lat, one.lon) == (35.241, 115.481)
    assert one.updated_at == parts.clock.now()
    assert "张三" not in answer.text
