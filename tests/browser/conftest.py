"""How does a browser test get its county? One demo for all, started as the README says, on free ports.

Browser and demo end with this package: playwright keeps an event loop running that other tests could not bear.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from mudan.run.discover import platforms

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "test-output" / "screenshots"
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
UP_S = 90  # on a machine that is busy with other things
RESTS_S, DRAWN_S = 8, 60
PATIENT_MS = 60_000  # two cores, a centre, its county and software that draws maps
expect.set_options(timeout=20_000)
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


@dataclass
class Demo:
    """A running demo: where it is, who can sign in, and its environment."""

    address: str
    sign_ins: dict[str, str]
    environment: dict[str, str]

    def command(self, *words: str) -> str:
        """Run a `mudan` command beside the demo and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "mudan.run.cli", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def started() -> Iterator[Demo]:
    """A demo county of one's own, started by its command and stopped as Ctrl-C does."""
    folder = Path(tempfile.mkdtemp(prefix="mudan-browser-"))
    folder.chmod(0o755)
    port = free_port()
    environment = {
        **os.environ,
        "MUDAN_DATA": str(folder / "data"),
        "MUDAN_PORT": str(port),
        **{
            f"MUDAN_{one.name.upper()}_PORT": str(free_port())
            for one in platforms()
            if "port" in one.settings
        },
    }
    log = (folder / "demo.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "mudan.run.cli", "demo"],
        env=environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + UP_S
        while "Ctrl-C" not in (folder / "demo.log").read_text():
            assert process.poll() is None, (folder / "demo.log").read_text()
            assert time.monotonic() < deadline, f"the demo did not come up within {UP_S} s"
            time.sleep(0.2)
        sign_ins = json.loads((folder / "data" / "secrets" / "demo-sign-ins.json").read_text())
        yield Demo(f"http://127.0.0.1:{port}", sign_ins, environment)
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def demo() -> Iterator[Demo]:
    """The demo county of all browser tests that need none of their own."""
    with started() as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one MUDAN_CHROMIUM names."""
    path = os.environ.get("MUDAN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "no Chromium: run `make browser`, or name one with MUDAN_CHROMIUM"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


Visitor = Callable[..., Page]


@pytest.fixture
def visit(demo: Demo, browser: Browser) -> Iterator[Visitor]:
    """Open a page as a signed-in person; fails the test for script errors and requests to elsewhere."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(login: str, path: str = "/", *, phone: bool = False) -> Page:
        context = browser.new_context(
            base_url=demo.address,
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]  # the size as playwright's own mapping
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            has_touch=phone,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENT_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
        page.on(
            "console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None
        )
        page.on(
            "request",
            lambda asked: (
                troubles.append(f"request to {asked.url}")
                if not asked.url.startswith(
                    (demo.address, "data:", "blob:", demo.address.replace("http", "ws"))
                )
                else None
            ),
        )
        page.goto("/sign-in")
        page.get_by_test_id("sign-in-login").fill(login)
        page.get_by_test_id("sign-in-password").fill(demo.sign_ins[login])
        page.get_by_test_id("sign-in-submit").click()
        page.get_by_test_id("sign-in-submit").wait_for(state="detached")
        if path != "/":
            page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles, troubles


def shot(page: Page, name: str) -> None:
    """Keep a screenshot as test output, to be looked at."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=OUTPUT / f"{name}.png")


def drawn(page: Page) -> None:
    """Wait until the page's map, if it has one, has drawn everything.

    On a busy machine a map whose vehicles move is never at rest; then it is enough that it shows something.
    """
    rests = "Boolean(window.__map) && window.__map.loaded() && window.__map.areTilesLoaded()"
    shows = "Boolean(window.__map) && window.__map.queryRenderedFeatures().length > 0"
    begun = time.monotonic()
    while (waited_s := time.monotonic() - begun) < DRAWN_S:
        if page.get_by_test_id("map-view").count() == 0 or page.evaluate(rests):
            return
        if waited_s > RESTS_S and page.evaluate(shows):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"the map was not drawn within {DRAWN_S} s")
