"""Can a dispatcher work by keys, see what runs out next, and hand the shift over?"""

import re

from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import Visitor, shot
from tests.browser.steps import SOON


def test_commands_deadlines_and_the_hand_over_are_at_hand(visit: Visitor) -> None:
    page = visit("duty", "/alarms?view=list")  # after a storm the desk would open on groups
    page.locator("h1").first.click()
    page.keyboard.press("/")
    bar, says = page.get_by_test_id("command-bar"), page.get_by_test_id("command-says")
    expect(bar).to_be_visible()
    chosen = page.locator("[data-testid=command-choice][aria-selected=true]")
    first = chosen.inner_text()
    page.keyboard.press("ArrowDown")
    expect(chosen).not_to_have_text(first)
    page.keyboard.press("ArrowUp")
    expect(chosen).to_have_text(first)
    shot(page, "command-bar-1440x900")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    page.get_by_test_id("alarm-search").click()
    page.keyboard.press("/")
    expect(bar).to_have_count(0)  # there it is a letter
    page.keyboard.press("Control+K")
    expect(page.get_by_test_id("command-input")).to_be_focused()
    page.keyboard.type("/飞 1")
    expect(says).to_contain_text("没有“飞”这个命令")
    page.keyboard.press("Escape")
    page.get_by_test_id("next-due").click()
    expect(page.get_by_test_id("deadlines-menu")).to_be_visible()
    shot(page, "deadlines-1440x900")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("deadlines-menu")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("v")
    page.wait_for_url(re.compile("/incidents$"))
    page.get_by_test_id("nav-duty").click()
    page.get_by_test_id("duty-tab-handover").click()
    page.get_by_test_id("handover-draft").click()
    sheet = page.get_by_test_id("handover-sheet")
    expect(sheet).to_be_visible(timeout=SOON)
    page.wait_for_load_state("networkidle")
    shot(page, "duty-handover-1440x900")
    assert violations(page) == []
    page.get_by_test_id("handover-give").click()
    expect(page.get_by_test_id("sign-form")).to_be_visible()
    assert violations(page) == []
