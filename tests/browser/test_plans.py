"""Can a plan be read, changed, handed in by one person and brought into force by another, in a real browser?"""

from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.conftest import Visitor, shot

SLUG = "flood-reservoir"


def _line(page: Page, words: str) -> None:
    """Put the cursor at the end of the line with these words."""
    page.locator(".cm-line", has_text=words).first.click()
    page.keyboard.press("End")


def test_a_plan_is_changed_by_one_person_and_brought_into_force_by_another(visit: Visitor) -> None:
    page = visit("duty", "/plans")
    row = page.locator(f'[data-testid="plan-row"][data-slug="{SLUG}"]')
    row.wait_for()
    assert page.get_by_test_id("plan-row").count() == 9
    assert violations(page) == []
    shot(page, "plans-list")
    row.click()
    page.get_by_test_id("plan-level").first.wait_for()
    assert page.get_by_test_id("plan-level").count() == 4
    assert violations(page) == []
    shot(page, "plans-reading")
    page.get_by_test_id("plan-tab-now").click()
    page.get_by_test_id("plan-condition").first.wait_for(timeout=60_000)
    assert violations(page) == []
    shot(page, "plans-now")

    page.get_by_test_id("plan-edit").click()
    page.locator(".cm-content").wait_for()
    _line(page, "edition: 示例 2026-1")
    page.keyboard.type("\ncolour: red")
    page.locator('[data-testid="plan-finding"][data-code="unreadable"]').first.wait_for()
    assert page.get_by_test_id("plan-submit").is_disabled()
    shot(page, "plans-editor-fault")
    page.get_by_test_id("plan-finding").first.click()
    page.keyboard.press("Control+Shift+K")
    _line(page, "edition: 示例 2026-1")
    page.keyboard.type(" 修订")
    page.get_by_test_id("plan-side-preview").click()
    page.get_by_test_id("plan-reading").get_by_text("2026-1 修订").wait_for()
    page.keyboard.press("Control+S")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+S")
    page.get_by_text("已保存").first.wait_for()
    page.get_by_test_id("plan-side-diff").click()
    page.get_by_test_id("plan-diff").get_by_text("2026-1 修订").wait_for()
    assert violations(page) == []
    shot(page, "plans-editor")
    page.get_by_test_id("plan-submit").click()
    page.get_by_test_id("plan-version").first.wait_for()
    page.get_by_test_id("version-look").first.click()
    page.get_by_test_id("version-looked").wait_for()
    assert page.get_by_test_id("version-approve").is_disabled()

    leader = visit("leader", f"/plans/{SLUG}?tab=versions")
    leader.get_by_test_id("version-look").first.click()
    leader.get_by_test_id("plan-diff").get_by_text("2026-1 修订").wait_for()
    shot(leader, "plans-approve")
    leader.get_by_test_id("version-approve").click()
    leader.locator('[data-testid="plan-version"][data-number="2"]', has_text="生效").wait_for()
    assert leader.locator('[data-testid="plan-version"][data-number="1"]', has_text="已停用").count() == 1

    leader.get_by_test_id("plan-tab-whatIf").click()
    leader.get_by_test_id("what-if-ask").click()
    leader.get_by_test_id("what-if-result").wait_for(timeout=60_000)
    assert violations(leader) == []
    shot(leader, "plans-what-if")
