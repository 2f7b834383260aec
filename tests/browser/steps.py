"""What do people do again and again in the journeys? Steps of several tests, each told once."""

import time
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Demo, drawn

SOON = 60_000
ON_SCREEN = """place => {
  const at = window.__map.project(place), box = window.__map.getCanvas().getBoundingClientRect()
  return [at.x + box.x, at.y + box.y]
}"""

ROAD_THERE = """place => {
  const at = window.__map.project(place)
  const near = [[at.x - 3, at.y - 3], [at.x + 3, at.y + 3]]
  return window.__map.queryRenderedFeatures(near, {layers: ['network-hit']}).length > 0
}"""


def asked(page: Page, path: str) -> Any:
    """What the centre answers to the person who looks at this page."""
    return page.evaluate("path => fetch(path).then(answer => answer.json())", path)


def moved(page: Page, where: str, step: str) -> None:
    """Take a warning one step on (check, approve, send), after having read it."""
    if not page.url.endswith(where):
        page.goto(where)
    page.get_by_test_id(f"warning-{step}").click()
    page.get_by_test_id("move-read").check()
    page.get_by_test_id("move-submit").click()
    page.get_by_test_id("move-dialog").wait_for(state="detached")


def stranger(demo: Demo, browser: Browser, *, scripts: bool = False) -> Page:
    """Somebody with a phone and no account, before the public page of warnings."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=scripts)  # type: ignore[arg-type]  # the size as playwright's own mapping
    page = context.new_page()
    page.goto(f"{demo.address}/public/warnings")
    return page


def close_road(page: Page, place: list[float], reason: str) -> None:
    """Close the stretch of road at a place with the mouse, on the desk map."""
    page.get_by_test_id("nav-map").click()
    drawn(page)
    page.get_by_test_id("map-closures").click()
    page.get_by_test_id("closure-begin").click()
    page.evaluate("place => window.__map.jumpTo({center: place, zoom: 13})", place)
    begun = time.monotonic()
    while not page.evaluate(ROAD_THERE, place):
        assert time.monotonic() - begun < SOON / 1000, "the roads to choose from were not drawn"
        page.wait_for_timeout(200)
    page.mouse.click(*page.evaluate(ON_SCREEN, place))
    expect(page.get_by_test_id("closure-chosen")).to_contain_text("已选 1 段", timeout=SOON)
    page.get_by_test_id("closure-reason").fill(reason)


def give_reason(page: Page, words: str) -> None:
    """Fill the dialog that asks why."""
    page.get_by_test_id("reason-text").fill(words)
    page.get_by_test_id("reason-submit").click()
    page.get_by_test_id("reason-text").wait_for(state="detached")
