"""Can a dispatcher close a road on the map with the mouse, see that it counts, and open it again?"""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Visitor, drawn, shot

TRIP = "/api/roads/route?start=107.35,30.33&end=107.46,30.29&profile=truck"  # 桂溪 to 高安
ON_SCREEN = """place => {
  const at = window.__map.project(place), box = window.__map.getCanvas().getBoundingClientRect()
  return [at.x + box.x, at.y + box.y]
}"""


def _asked(page: Page, path: str) -> Any:
    return page.evaluate("path => fetch(path).then(answer => answer.json())", path)


def test_a_road_is_closed_on_the_map_and_opened_again(visit: Visitor) -> None:
    page = visit("dispatcher", "/map")
    drawn(page)
    free = _asked(page, TRIP)
    assert free["reachable"]
    assert free["schematic"]
    page.get_by_test_id("map-closures").click()
    page.get_by_test_id("closure-begin").click()
    drawn(page)
    line = free["line"]["coordinates"]
    page.mouse.click(*page.evaluate(ON_SCREEN, line[len(line) // 2]))
    expect(page.get_by_test_id("closure-chosen")).to_contain_text("已选 1 段")
    page.get_by_test_id("closure-reason").fill("示例：塌方")
    assert violations(page) == []
    page.get_by_test_id("closure-submit").click()
    row = page.get_by_test_id("closure-row").filter(has_text="示例：塌方")
    expect(row).to_contain_text("直到解除")
    detour = _asked(page, TRIP)
    assert detour["seconds"] > free["seconds"] == detour["free_seconds"]
    drawn(page)
    shot(page, "desk-map-closure-zh-1920x1080")
    row.get_by_test_id("closure-end").click()
    page.get_by_test_id("closure-why").fill("已清理")
    page.get_by_test_id("closure-give").click()
    expect(row).to_have_count(0)
    assert _asked(page, TRIP)["seconds"] == free["seconds"]
