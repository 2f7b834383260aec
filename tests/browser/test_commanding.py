"""Can a county be commanded from the decision to the report, in Chinese, by several people in real browsers?"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Demo, Visitor, shot, started

SOON = 60_000


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """A county of its own: what is commanded here goes on in it."""
    with started() as running:
        yield running


def test_a_plan_is_started_called_out_reported_and_ended(visit: Visitor) -> None:
    leader = visit("leader", "/responses")
    _started_by_hand(leader)
    incident = leader.locator("[data-testid=response] header a[href^='/incidents/']").get_attribute("href")
    duty = visit("duty", f"{incident}?tab=calls")
    _answer_confirmed(duty)
    _report_drafted(duty)
    _ended(leader)


def _started_by_hand(leader: Page) -> None:
    leader.get_by_test_id("response-start").click()
    plan = leader.get_by_test_id("start-plan")
    expect(plan.locator("option", has_text="防汛")).to_have_count(1, timeout=SOON)
    plan.select_option("flood-reservoir")
    level = leader.get_by_test_id("start-level")
    level.select_option(label=level.locator("option", has_text="Ⅰ级").first.inner_text())
    leader.get_by_test_id("start-reason").fill("示例：水库坝体出现险情，现场电话报告")
    preview = leader.get_by_test_id("preview")
    for words in ("部门任务", "通知", "公众预警", "信息报告"):
        expect(preview).to_contain_text(words, timeout=SOON)
    shot(leader, "response-preview-1920x1080")
    leader.get_by_test_id("start-submit").click()
    expect(leader.get_by_test_id("response")).to_have_attribute("data-state", "active", timeout=SOON)
    for kind in ("部门任务", "叫应", "公众预警", "信息报告"):
        expect(leader.get_by_test_id("response")).to_contain_text(kind, timeout=SOON)
    assert leader.locator("[data-testid=issue-row][data-state=failed]").count() == 0
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
    leader.get_by_test_id("decide-reason").fill("示例：雨停，水位回落")
    known = leader.locator('[data-testid="decide-standing"], [data-testid="decide-submit"]:enabled')
    expect(known.first).to_be_visible(timeout=SOON)
    if leader.get_by_test_id("decide-standing").count():  # what still holds is said, and ended despite it
        leader.get_by_test_id("decide-despite").check()
    leader.get_by_test_id("decide-submit").click()
    response = leader.get_by_test_id("response")
    expect(response).to_have_attribute("data-state", re.compile("deactivating|ended"), timeout=SOON)
    shot(leader, "response-ended-1920x1080")
