"""Does a warning get from the dispatcher's form to everybody's phone, by three people and without a script there?"""

from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Demo, Visitor, drawn, shot
from tests.browser.steps import moved, stranger

CORNERS = "30.20,107.35 30.30,107.40 30.30,107.50 30.18,107.45"
HEADLINE = "高安镇可能发生山洪"


def test_three_people_warn_the_public_and_call_it_off(demo: Demo, visit: Visitor, browser: Browser) -> None:
    author, duty, leader = (visit(login, "/warnings") for login in ("dispatcher", "duty", "leader"))
    where = _written(author)
    moved(duty, where, "check")
    expect(duty.get_by_test_id("warning-approve")).to_have_count(0)
    moved(leader, where, "approve")
    moved(leader, where, "send")
    expect(leader.get_by_test_id("warning-state").first).to_have_text("生效中")
    expect(leader.get_by_test_id("delivery-row").filter(has_text="已送出")).to_have_count(4)
    drawn(leader)
    shot(leader, "warning-sent-1440x900")
    assert violations(leader) == []
    _read_by_everybody(demo, browser)
    author.goto(where)
    author.get_by_test_id("warning-cancel").click()
    author.get_by_test_id("reason-text").fill("雨停，水位回落")
    author.get_by_test_id("reason-submit").click()
    author.get_by_test_id("warning-save").click()
    author.get_by_test_id("warning-history").wait_for()
    ending = author.url
    moved(duty, ending, "check")
    moved(leader, ending, "approve")
    moved(leader, ending, "send")
    page = stranger(demo, browser)
    ended = page.locator("section li").filter(has_text=HEADLINE)
    expect(ended.first).to_contain_text("解除")
    expect(page.locator("article h2").filter(has_text=HEADLINE)).to_have_count(0)
    page.context.close()


def _written(author: Page) -> str:
    author.get_by_test_id("warning-new").click()
    author.get_by_test_id("warning-template").select_option("flash_flood")
    author.get_by_test_id("warning-level").select_option("2")
    author.get_by_test_id("slot-hours").fill("6")
    author.get_by_test_id("slot-rain").fill("80")
    author.get_by_test_id("warning-area-zh").fill("高安镇")
    author.get_by_label("区域说明 English").fill("Gaoan")
    author.get_by_test_id("warning-fill").click()
    expect(author.get_by_test_id("warning-lacks")).to_contain_text("未选定区域")
    author.get_by_test_id("draw-figures").fill(CORNERS)
    author.get_by_test_id("draw-add").click()
    expect(author.get_by_test_id("warning-lacks")).to_have_count(0)
    expect(author.get_by_test_id("coverage")).to_contain_text("高安镇")
    drawn(author)
    shot(author, "warning-editor-1440x900")
    assert violations(author) == []
    author.get_by_test_id("warning-save").click()
    author.get_by_test_id("warning-history").wait_for()
    expect(author.get_by_test_id("warning-check")).to_have_count(0)
    return author.url


def _read_by_everybody(demo: Demo, browser: Browser) -> None:
    page = stranger(demo, browser)
    expect(page.locator("article h2").filter(has_text=HEADLINE)).to_have_count(1)
    expect(page.locator("figure svg").first).to_be_visible()
    shot(page, "public-warnings-390x844")
    page.get_by_role("link", name="English").click()
    english = page.locator("article h2").filter(has_text="flash floods possible in Gaoan")
    expect(english).to_have_count(1)
    page.context.close()
    scripted = stranger(demo, browser, scripts=True)
    assert violations(scripted) == []
    assert scripted.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    scripted.context.close()
