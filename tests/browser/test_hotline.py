"""Does a call become a case that somebody sees, a department puts right, others check, and the caller rates?"""

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Visitor, drawn, shot
from tests.browser.steps import SOON

WHAT = "示例：高安镇路口井盖破损"


def test_a_call_is_verified_dispatched_handled_checked_and_rated(visit: Visitor) -> None:
    duty, dispatcher = visit("duty", "/cases"), visit("dispatcher", "/cases")
    _reported(dispatcher)
    case = dispatcher.url
    _took(dispatcher, "verify", "verifying")
    _took(dispatcher, "confirm", "filing")
    _took(dispatcher, "open", "dispatching")
    dispatcher.get_by_test_id("case-dispatch").click()
    dispatcher.get_by_test_id("case-owner").select_option(index=1)
    _given(dispatcher, "assigned")
    _took(dispatcher, "sign", "handling", "示例：李工电话签收")
    shot(dispatcher, "case-handling-1440x900")
    _took(dispatcher, "answer", "answered", "示例：井盖已更换")
    expect(dispatcher.get_by_test_id("case-check")).to_be_visible()
    duty.goto(case)
    _took(duty, "check", "checking")
    _took(duty, "pass", "evaluating")
    duty.get_by_test_id("case-call_back").click()
    duty.get_by_test_id("case-answer").select_option("satisfied")
    _given(duty, "evaluating")
    _took(duty, "finish", "archived")
    history = duty.get_by_test_id("case-history")
    for words in ("登记案件", "立案", "派遣", "签收", "核查", "回访"):
        expect(history).to_contain_text(words)
    drawn(duty)
    shot(duty, "case-archived-1440x900")
    assert violations(duty) == []


def _reported(page: Page) -> None:
    page.get_by_test_id("case-new").click()
    page.get_by_test_id("report-title").fill(WHAT)
    page.get_by_test_id("report-class").select_option("0201")
    page.get_by_test_id("report-text").fill("有人险些摔倒")
    page.get_by_test_id("report-spot").fill("高安镇")
    page.get_by_test_id("place-found").first.click()
    page.get_by_test_id("report-name").fill("示例·王女士")
    shot(page, "case-report-1440x900")
    assert violations(page) == []
    page.get_by_test_id("report-save").click()
    expect(page.get_by_test_id("case-state")).to_have_attribute("data-state", "reported", timeout=SOON)
    expect(page.get_by_test_id("case-row").filter(has_text=WHAT)).to_have_count(1)
    assert violations(page) == []
    shot(page, "case-reported-1440x900")


def _took(page: Page, step: str, state: str, words: str = "") -> None:
    page.get_by_test_id(f"case-{step}").click()
    if words or page.get_by_test_id("case-ask").count():
        page.get_by_test_id("case-words").fill(words or "示例")
        page.get_by_test_id("case-give").click()
    expect(page.get_by_test_id("case-state")).to_have_attribute("data-state", state, timeout=SOON)


def _given(page: Page, state: str) -> None:
    page.get_by_test_id("case-words").fill("示例")
    page.get_by_test_id("case-give").click()
    expect(page.get_by_test_id("case-ask")).to_have_count(0)
    expect(page.get_by_test_id("case-state")).to_have_attribute("data-state", state, timeout=SOON)
