"""Is every door declared, guarded and silent about the inside?"""

import gzip
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, WebSocket
from starlette.requests import HTTPConnection

from mudan.api import app as app_module
from mudan.api.app import ApiSettings, Deps, create_app
from mudan.api.security import CSP, client_address, from_this_machine, origin_allowed, requires, signed_in
from mudan.api.security.rate import BURST, Rate
from mudan.core.people.model import Role
from mudan.primitives.clock import ManualClock
from mudan.primitives.errors import TooMany, Unavailable
from mudan.storage.pool import Database
from tests.database import ORIGIN, START, Client, app_over

pytestmark = pytest.mark.anyio


def _deps(**settings: Any) -> Deps:
    database = Database("host=/nowhere dbname=none")  # never opened
    return Deps(database, ManualClock(START), ApiSettings(**{"origins": (ORIGIN,), **settings}))


def _client(app: FastAPI, address: str = "10.0.0.9") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=(address, 5000))
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN)


def _nothing() -> dict[str, str]:
    return {}


class TestDeclarations:
    """Every route says what it needs."""

    def _start(self, monkeypatch: pytest.MonkeyPatch, add: Callable[[APIRouter], None]) -> FastAPI:
        router = APIRouter()
        add(router)
        outer = APIRouter(prefix="/api/extra")
        outer.include_router(router)
        monkeypatch.setattr(app_module, "ROUTERS", (*app_module.ROUTERS, outer))
        return create_app(_deps())

    async def test_a_route_without_one_refuses_to_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def add(router: APIRouter) -> None:
            router.add_api_route("/bare", _nothing)

        with pytest.raises(ValueError, match="GET /api/extra/bare"):
            self._start(monkeypatch, add)

    async def test_a_web_socket_without_one_refuses_to_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def bare(socket: WebSocket) -> None:
            await socket.accept()

        with pytest.raises(ValueError, match="WEBSOCKET /api/extra/bare"):
            self._start(monkeypatch, lambda router: router.add_api_websocket_route("/bare", bare))

    async def test_a_public_path_is_public_for_its_method_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        router = APIRouter()
        router.add_api_route("/healthz", _nothing, methods=["PUT"])
        monkeypatch.setattr(app_module, "ROUTERS", (*app_module.ROUTERS, router))
        with pytest.raises(ValueError, match="PUT /healthz"):
            create_app(_deps())

    async def test_declared_ones_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def add(router: APIRouter) -> None:
            router.add_api_route("/a", _nothing, dependencies=[Depends(signed_in())])
            router.add_api_route("/b", _nothing, dependencies=[Depends(requires("tasks.read", "tasks.own"))])

        assert self._start(monkeypatch, add).state.deps

    async def test_a_permission_that_nobody_holds_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="reed"):
            requires("alarms.reed")


class TestGuard:
    """What is refused before a route is looked for."""

    @pytest.fixture
    async def http(self) -> AsyncIterator[httpx.AsyncClient]:
        async with _client(app_over(_deps())) as http:
            yield http

    @pytest.mark.parametrize(
        "path",
        ["/a%2500", "/api/%252e%252e/x", "/api/..%2f..%2fetc", "/x..y", "/a%5Cb", "/a%00", "/%2e%2e/x"],
    )
    async def test_tricky_paths(self, http: httpx.AsyncClient, path: str) -> None:
        answer = await http.get(path)
        assert answer.status_code == 400
        assert answer.json()["code"] == "bad_request"

    async def test_bodies_that_say_or_turn_out_to_be_too_large(self, http: httpx.AsyncClient) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(17):
                yield b" " * 65536

        headers = {"origin": ORIGIN, "content-type": "application/json"}
        said = await http.post("/api/session", content=b" " * ((1 << 20) + 1), headers=headers)
        found = await http.post("/api/session", content=pieces(), headers=headers)
        assert (said.status_code, found.status_code) == (413, 413)

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    async def test_changes_without_origin(self, http: httpx.AsyncClient, method: str) -> None:
        assert (await http.request(method, "/api/session")).status_code == 403

    @pytest.mark.parametrize(
        "path", ["/healthz", "/nothing", "/api/session", "/a%25", "/ngsi-ld/v1/entities"]
    )
    async def test_every_answer_carries_the_headers(self, http: httpx.AsyncClient, path: str) -> None:
        headers = (await http.get(path)).headers
        assert headers["content-security-policy"] == CSP
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" in headers
        assert "access-control-allow-origin" not in headers

    async def test_the_policy_allows_no_inline_script(self) -> None:
        assert "script-src 'self'" in CSP
        assert "unsafe-eval" not in CSP
        assert [part for part in CSP.split("; ") if "unsafe" in part] == ["style-src-attr 'unsafe-inline'"]

    async def test_problems_are_problem_json_in_the_readers_language(self, http: httpx.AsyncClient) -> None:
        zh = await http.get("/api/session", headers={"accept-language": "zh-CN,en;q=0.5"})
        en = await http.get("/api/session", headers={"accept-language": "en-GB,zh;q=0.5"})
        assert zh.headers["content-type"] == "application/problem+json"
        assert (zh.json()["title"], en.json()["title"]) == ("请重新登录", "Sign in again")
        assert set(zh.json()) == {"type", "title", "status", "detail", "code"}

    async def test_wrong_methods_say_what_is_allowed(self, http: httpx.AsyncClient) -> None:
        answer = await http.post("/healthz", headers={"origin": ORIGIN})
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET")

    async def test_input_is_never_echoed(self, http: httpx.AsyncClient) -> None:
        for body in ({"login": "a", "password": ["<script>"]}, {"<script>": 1}, ["<script>"], "<script>"):
            answer = await http.post("/api/session", json=body, headers={"origin": ORIGIN})
            assert answer.status_code == 422
            assert "script" not in answer.text

    async def test_a_lost_database_is_503(self) -> None:
        deps = _deps()

        def lost(*_: object) -> None:
            raise Unavailable("the database does not answer")

        deps.db.work = lost  # type: ignore[method-assign, assignment]  # a database that is gone
        async with _client(app_over(deps)) as http:
            answer = await http.get("/api/session", headers={"cookie": "mudan_session=x"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")

    async def test_an_unexpected_fault_tells_an_id_and_nothing_else(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        deps = _deps()

        def broken(*_: object) -> None:
            raise RuntimeError("secret words of the inside")

        deps.db.work = broken  # type: ignore[method-assign, assignment]  # a fault of our own
        async with _client(app_over(deps)) as http:
            answer = await http.get("/api/session", headers={"cookie": "mudan_session=x"})
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert answer.json()["detail"].removeprefix("error ") in caplog.text
        assert answer.headers["content-security-policy"] == CSP


class TestCsrf:
    """Changes of somebody signed in."""

    async def test_a_change_needs_the_sessions_own_token(self, app_client: Client) -> None:
        await app_client.sign_in(Role.LEADER)
        right = app_client.csrf
        for token in ("", "x", right[:-1], right.upper()):
            app_client.csrf = token
            answer = await app_client.patch("/api/session", {"locale": "en"})
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
        app_client.csrf = right
        assert (await app_client.patch("/api/session", {"locale": "en"})).status_code == 200

    async def test_another_sessions_token_does_not_do(self, app_client: Client) -> None:
        await app_client.sign_in(Role.DISPATCHER)
        other = app_client.csrf
        app_client.http.cookies.clear()
        await app_client.sign_in(Role.LEADER)
        app_client.csrf = other
        assert (await app_client.patch("/api/session", {"locale": "en"})).status_code == 403

    async def test_the_right_token_from_another_site_does_not_do(self, app_client: Client) -> None:
        await app_client.sign_in(Role.LEADER)
        headers = {"origin": "http://evil.test"}
        answer = await app_client.patch("/api/session", {"locale": "en"}, headers=headers)
        assert answer.status_code == 403

    async def test_a_page_that_shows_another_data_space_changes_nothing(self, app_client: Client) -> None:
        await app_client.sign_in(Role.LEADER)
        for space, status in (("0", 200), ("7", 412), ("x", 412)):
            headers = {"x-mudan-space": space}
            answer = await app_client.patch("/api/session", {"locale": "en"}, headers=headers)
            assert answer.status_code == status


class TestAddresses:
    """Where a request comes from."""

    def _from(self, peer: str, **headers: str) -> HTTPConnection:
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return HTTPConnection({"type": "http", "client": (peer, 1), "headers": raw})

    @pytest.mark.parametrize(
        ("peer", "forwarded", "address"),
        [
            ("9.9.9.9", "1.2.3.4", "9.9.9.9"),
            ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
            ("10.0.0.1", "", "10.0.0.1"),
        ],
    )
    async def test_only_trusted_proxies_are_believed(self, peer: str, forwarded: str, address: str) -> None:
        settings = ApiSettings(trusted_proxies=("10.0.0.0/8",))
        assert client_address(self._from(peer, x_forwarded_for=forwarded), settings) == address

    async def test_a_proxy_on_this_machine_is_not_this_machine(self) -> None:
        assert from_this_machine(self._from("127.0.0.1"))
        assert from_this_machine(self._from("::1"))
        assert not from_this_machine(self._from("127.0.0.1", x_forwarded_for="1.2.3.4"))
        assert not from_this_machine(self._from("10.0.0.1"))

    async def test_without_configured_origins_the_page_must_come_from_the_asked_host(self) -> None:
        settings = ApiSettings()
        assert origin_allowed(self._from("1.1.1.1", origin="http://a:8080", host="a:8080"), settings)
        assert not origin_allowed(self._from("1.1.1.1", origin="http://b:8080", host="a:8080"), settings)
        assert not origin_allowed(self._from("1.1.1.1", host="a:8080"), settings)


class TestHealth:
    """For supervisors, balancers and Prometheus."""

    async def test_readiness_names_what_does_not_answer(self, app_client: Client) -> None:
        app_client.deps.ready = {"connectors": lambda: True}
        good = await app_client.get("/readyz")
        assert (good.status_code, good.json()["checks"]) == (200, {"database": True, "connectors": True})
        app_client.deps.ready = {"connectors": lambda: False}
        bad = await app_client.get("/readyz")
        assert (bad.status_code, bad.json()["ready"]) == (503, False)

    async def test_figures_are_for_this_machine_or_a_permission(self, app_client: Client) -> None:
        async with _client(app_over(app_client.deps)) as afar:
            assert (await afar.get("/metrics")).status_code == 401
            afar.cookies.set("mudan_session", await self._token(app_client, Role.AUDITOR))
            assert (await afar.get("/metrics")).status_code == 403
            afar.cookies.set("mudan_session", await self._token(app_client, Role.LEADER))
            assert (await afar.get("/metrics")).status_code == 200
        near = await app_client.get("/metrics")
        assert near.status_code == 200
        assert 'route="/api/session"' in near.text
        assert "mudan_database_pool" in near.text

    async def test_paths_of_visitors_do_not_become_labels(self, app_client: Client) -> None:
        await app_client.get("/some/path/nobody/has")
        assert "nobody" not in (await app_client.get("/metrics")).text

    async def _token(self, client: Client, role: Role) -> str:
        await client.sign_in(role)
        return client.http.cookies["mudan_session"]


class TestDescription:
    """OpenAPI."""

    async def test_it_is_for_those_signed_in(self, app_client: Client) -> None:
        for path in ("/openapi.json", "/docs", "/redoc"):
            assert (await app_client.get(path)).status_code == 404
        assert (await app_client.get("/api/openapi.json")).status_code == 401
        await app_client.sign_in(Role.FIELD_WORKER)
        assert "/api/people" in (await app_client.get("/api/openapi.json")).json()["paths"]


class TestWebFiles:
    """The built pages."""

    @pytest.fixture
    async def http(self, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
        root = tmp_path / "dist"
        (root / "assets").mkdir(parents=True)
        (tmp_path / "secret.txt").write_text("secret")
        (root / "index.html").write_text("<!doctype html>牡丹")
        (root / "sw.js").write_text("/* worker */")
        (root / "assets" / "index-a1b2.js").write_text("/* page */")
        (root / "assets" / "index-a1b2.js.gz").write_bytes(gzip.compress(b"/* page */"))
        async with _client(app_over(_deps(web_root=root))) as http:
            yield http

    async def test_routes_of_the_page_get_the_page(self, http: httpx.AsyncClient) -> None:
        for path in ("/", "/alarms", "/incidents/3"):
            answer = await http.get(path)
            assert (answer.status_code, answer.text) == (200, "<!doctype html>牡丹")
            assert answer.headers["cache-control"] == "no-cache"
            assert answer.headers["content-security-policy"] == CSP

    async def test_hashed_files_are_kept_for_ever_and_sent_packed(self, http: httpx.AsyncClient) -> None:
        plain = await http.get("/assets/index-a1b2.js", headers={"accept-encoding": "identity"})
        packed = await http.get("/assets/index-a1b2.js", headers={"accept-encoding": "gzip, br"})
        assert plain.text == packed.text == "/* page */"
        assert packed.headers["content-encoding"] == "gzip"
        assert "immutable" in packed.headers["cache-control"]
        assert packed.headers["content-type"].startswith("text/javascript")

    async def test_what_has_not_changed_is_not_sent_again(self, http: httpx.AsyncClient) -> None:
        etag = (await http.get("/sw.js")).headers["etag"]
        again = await http.get("/sw.js", headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize(
        "path",
        ["/nothing.js", "/assets/x.js", "/api/nothing", "/ngsi-ld/v1/x", "/secret.txt"],
    )
    async def test_everything_else_is_not_found(self, http: httpx.AsyncClient, path: str) -> None:
        assert (await http.get(path)).status_code == 404

    async def test_the_pages_cannot_be_written(self, http: httpx.AsyncClient) -> None:
        answer = await http.put("/index.html", headers={"origin": ORIGIN})
        assert answer.status_code == 404


async def test_web_sockets_are_refused_from_another_site_and_closed_4401_without_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    router = APIRouter()

    @router.websocket("/live")
    async def live(socket: WebSocket, actor: Annotated[Any, Depends(signed_in())]) -> None:
        await socket.accept()

    monkeypatch.setattr(app_module, "ROUTERS", (*app_module.ROUTERS, router))
    app = create_app(_deps())

    async def talk(origin: str) -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        scope = {
            "type": "websocket",
            "path": "/live",
            "raw_path": b"/live",
            "query_string": b"",
            "headers": [(b"origin", origin.encode())],
            "client": ("10.0.0.9", 5000),
            "subprotocols": [],
        }

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await app(scope, receive, send)
        return sent

    assert [message["type"] for message in await talk("http://evil.test")] == ["websocket.close"]
    ours = await talk(ORIGIN)
    assert [message["type"] for message in ours] == ["websocket.accept", "websocket.close"]
    assert ours[1]["code"] == 4401


class TestRate:
    """What is public is bounded for each address, and nobody else pays for it."""

    async def test_an_address_that_asks_too_often_is_told_when_to_come_back(self) -> None:
        deps = _deps(trusted_proxies=("10.0.0.0/24",))
        app = create_app(deps)
        async with _client(app) as client:

            async def ask(address: str, path: str = "/public/style.css") -> httpx.Response:
                return await client.get(path, headers={"x-forwarded-for": address})

            answers = [await ask("203.0.113.7") for _ in range(130)]
            assert [one.status_code for one in answers].count(429) == 130 - int(BURST)
            last = answers[-1]
            assert (last.json()["code"], last.headers["retry-after"]) == ("too_many", "1")
            assert (await ask("203.0.113.8")).status_code == 200
            assert (await ask("203.0.113.7", "/healthz")).status_code == 200
            deps.clock.advance(2)  # type: ignore[attr-defined]  # the test's own clock
            assert (await ask("203.0.113.7")).status_code == 200

    async def test_addresses_without_end_take_no_memory_and_a_household_is_one(self) -> None:
        rate = Rate(per_s=1, burst=2, most=100)
        for n in range(5_000):
            rate.take(f"198.51.{n // 250}.{n % 250}", n)
        assert len(rate._buckets) == 100
        rate.take("2001:db8::1", 0)
        rate.take("2001:db8::2", 0)
        with pytest.raises(TooMany):
            rate.take("2001:db8::3", 0)
