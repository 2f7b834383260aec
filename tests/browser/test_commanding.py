"""Can a county be commanded from the first signal to the report, in Chinese, by several people in real browsers?"""

import re

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Demo, Visitor, shot

STORM_S = 180_000  # the gravest level is advised about a minute and a half after `mudan simulate storm`
SOON = 60_000


def test_a_storm_is_advised_approved_called_out_and_reported(demo: Demo, visit: Visitor) -> None:
    leader = visit("leader", "/responses")
    demo.command("simulate", "storm")
    _approved(leader)
    incident = leader.locator("[data-testid=response] header a[href^='/incidents/']").get_attribute("href")
    duty = visit("duty", f"{incident}?tab=calls")
    _answer_confirmed(duty)
    _report_drafted(duty)
    _ended(leader)


def _approved(leader: Page) -> None:
    row = leader.get_by_test_id("response-row").filter(has_text="防汛")
    expect(row).to_contain_text("建议Ⅰ级", timeout=STORM_S)
    shot(leader, "responses-advised-1920x1080")
    row.click()
    leader.get_by_test_id("response-approve").click()
    preview = leader.get_by_test_id("preview")
    for words in ("部门任务", "通知", "公众预警", "信息报告"):
        expect(preview).to_contain_text(words, timeout=SOON)
    shot(leader, "response-preview-1920x1080")
    leader.get_by_test_id("decide-submit").click()
    expect(leader.get_by_test_id("response")).to_have_attribute("data-state", "active", timeout=SOON)
    expect(leader.get_by_test_id("issue-row").first).to_be_visible(timeout=SOON)
    shot(leader, "response-active-1920x1080")
    assert violations(leader) == []


def _answer_confirmed(duty: Page) -> None:
    tree = duty.get_by_test_id("call-tree")
    expect(tree).to_be_visible(timeout=SOON)
    tree.get_by_test_id("call-confirm").first.click()
    duty.get_by_test_id("answer-name").fill("示例·村主任")
    duty.get_by_test_id("answer-give").click()
    expect(tree.locator("[data-testid=call-step][data-state=answered]").first).to_contain_text(
        "示例·村主任", timeout=SOON
    )
    shot(duty, "commanding-calls-1920x1080")


def _report_drafted(duty: Page) -> None:
    duty.get_by_test_id("incident-tab-reports").click()
    duty.get_by_test_id("draft-first").click()
    expect(duty.get_by_test_id("report-editor")).to_be_visible(timeout=SOON)
    shot(duty, "commanding-report-1920x1080")


def _ended(leader: Page) -> None:
    leader.reload()
    leader.get_by_test_id("response-end").click()
    leader.get_by_test_id("reason-text").fill("示例：雨停，水位回落")
    leader.get_by_test_id("reason-submit").click()
    response = leader.get_by_test_id("response")
    expect(response).to_have_attribute("data-state", re.compile("deactivating|ended"), timeout=SOON)
    shot(leader, "response-ended-1920x1080")
