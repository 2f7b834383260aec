"""Does a bad review that another system pushes get called back, put right in time, and told back to that system?"""

import json
import time
from urllib.request import Request, urlopen
from uuid import uuid4

from playwright.sync_api import Page, expect

from mudan.connect.signing import signed_head
from mudan.primitives.clock import SystemClock
from tests.browser.axe import violations
from tests.browser.conftest import Demo, Visitor, shot
from tests.browser.steps import SOON

FEED = "feed=government_services.reviews"
PUSH = "/api/records/government_services/reviews"
DONE = "示例：已上门道歉并当场补办"


def test_a_bad_review_is_pushed_called_back_put_right_in_time_and_told_back(
    visit: Visitor, demo: Demo
) -> None:
    matter = f"LX{uuid4().hex[:10]}"
    integrator = visit("integrator", f"/exchange?{FEED}&show=keys")
    _pushed(demo, *_key(integrator), matter)
    desk = visit("dispatcher", f"/government_services?show=bad&q={matter}")
    bad = desk.get_by_test_id("services-bad")
    expect(bad).to_contain_text("回访核实", timeout=SOON)
    expect(bad).to_contain_text("剩")
    shot(desk, "services-bad-1440x900")
    assert violations(desk) == []
    bad.locator("a").click()
    expect(desk.get_by_test_id("case-state")).to_have_attribute("data-state", "reported", timeout=SOON)
    where = desk.url
    _took(desk, "accept", "filing", "示例：电话回访，本人称跑了三趟")
    _took(desk, "open", "dispatching")
    desk.get_by_test_id("case-dispatch").click()
    desk.get_by_test_id("case-owner").select_option("urban_management")
    desk.get_by_test_id("case-words").fill("示例")
    desk.get_by_test_id("case-give").click()
    expect(desk.get_by_test_id("case-state")).to_have_attribute("data-state", "assigned", timeout=SOON)
    expect(desk.get_by_test_id("case-detail")).to_contain_text("整改")
    _put_right(visit, matter)
    duty = visit("duty", where.removeprefix(demo.address))
    _took(duty, "check", "checking")
    _took(duty, "pass", "evaluating")
    duty.get_by_test_id("case-call_back").click()
    duty.get_by_test_id("case-answer").select_option("satisfied")
    duty.get_by_test_id("case-words").fill("示例")
    duty.get_by_test_id("case-give").click()
    expect(duty.get_by_test_id("case-ask")).to_have_count(0)
    _took(duty, "finish", "archived")
    number = duty.get_by_test_id("case-detail").inner_text().split("HP", 1)[1][:13]
    expect(duty.get_by_test_id("case-clocks")).to_contain_text("整改")
    expect(duty.get_by_test_id("case-clocks")).not_to_contain_text("超期")
    _told_back(integrator, f"HP{number}")


def _key(page: Page) -> tuple[str, str]:
    """(name, secret) of a new key, which is shown once."""
    page.get_by_test_id("key-title").fill("示例：好差评平台")
    page.get_by_test_id("key-title").press("Enter")
    made = page.get_by_test_id("key-made").locator("code")
    return made.nth(0).inner_text(), made.nth(1).inner_text()


def _pushed(demo: Demo, key: str, secret: str, matter: str) -> None:
    """A review of one star, signed and sent as the other system does it."""
    row = {
        "projectNo": matter, "taskName": "户外广告设施许可", "proDepart": "城管局", "areaCode": "500231",
        "satisfaction": "1", "assessNumber": "1", "assessTime": time.strftime("%Y-%m-%d 00:00:00"),
        "writingEvaluation": "示例：跑了三趟",
    }  # fmt: skip
    body = json.dumps([row], ensure_ascii=False).encode()
    head = signed_head(secret, key, "POST", PUSH, body, now=SystemClock().now(), nonce=uuid4().hex)
    with urlopen(Request(demo.address + PUSH, body, head, method="POST"), timeout=30) as answer:  # noqa: S310 - our own
        assert json.load(answer)["opened"] == 1


def _put_right(visit: Visitor, matter: str) -> None:
    """Somebody of the department signs for it and answers, with a phone."""
    phone = visit("handler-urban", "/field", phone=True)
    phone.get_by_test_id("field-tab-cases").click()
    card = phone.get_by_test_id("field-case").filter(has_text=matter)
    card.get_by_test_id("field-case-sign").click(timeout=SOON)
    card.get_by_test_id("field-case-answer").click(timeout=SOON)
    card.get_by_test_id("field-case-words").fill(DONE)
    shot(phone, "services-field-390x844")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    card.get_by_test_id("field-case-give").click()
    expect(card.get_by_test_id("field-case-answer")).to_have_count(0, timeout=SOON)


def _told_back(page: Page, number: str) -> None:
    """The other system has answered the last word of the case, under a number of its own."""
    page.goto(f"/exchange?{FEED}&show=deliveries")
    told = page.get_by_test_id("delivery").filter(has_text=number).first
    expect(told).to_contain_text("已反馈", timeout=SOON)
    expect(told).to_contain_text("YS-")
    shot(page, "services-told-1440x900")


def _took(page: Page, step: str, state: str, words: str = "") -> None:
    page.get_by_test_id(f"case-{step}").click()
    if words or page.get_by_test_id("case-ask").count():
        page.get_by_test_id("case-words").fill(words or "示例")
        page.get_by_test_id("case-give").click()
    expect(page.get_by_test_id("case-state")).to_have_attribute("data-state", state, timeout=SOON)
