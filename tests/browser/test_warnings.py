"""Does a warning get from the dispatcher's form to everybody's phone, by three people and without a script there?"""

from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import PHONE, Demo, Visitor, drawn, shot

CORNERS = "30.20,107.35 30.30,107.40 30.30,107.50 30.18,107.45"
HEADLINE = "高安镇可能发生山洪"


def test_three_people_warn_the_public_and_call_it_off(demo: Demo, visit: Visitor, browser: Browser) -> None:
    author, duty, leader = (visit(login, "/warnings") for login in ("dispatcher", "duty", "leader"))
    where = _written(author)
    _moved(duty, where, "check")
    expect(duty.get_by_test_id("warning-approve")).to_have_count(0)
    _moved(leader, where, "approve")
    _moved(leader, where, "send")
    expect(leader.get_by_test_id("warning-state").first).to_have_text("生效中")
    expect(leader.get_by_test_id("delivery-row").filter(has_text="已送出")).to_have_count(4)
    drawn(leader)
    shot(leader, "warning-sent-1920x1080")
    assert violations(leader) == []
    _read_by_everybody(demo, browser)
    author.goto(where)
    author.get_by_test_id("warning-cancel").click()
    author.get_by_test_id("reason-text").fill("雨停，水位回落")
    author.get_by_test_id("reason-submit").click()
    author.get_by_test_id("warning-save").click()
    author.get_by_test_id("warning-history").wait_for()
    ending = author.url
    _moved(duty, ending, "check")
    _moved(leader, ending, "approve")
    _moved(leader, ending, "send")
    page = _stranger(demo, browser)
    expect(page.locator("article")).to_have_count(0)
    expect(page.locator("section li").first).to_contain_text("解除")
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
    shot(author, "warning-editor-1920x1080")
    assert violations(author) == []
    author.get_by_test_id("warning-save").click()
    author.get_by_test_id("warning-history").wait_for()
    expect(author.get_by_test_id("warning-check")).to_have_count(0)
    return author.url


def _moved(page: Page, where: str, step: str) -> None:
    if page.url != where:
        page.goto(where)
    page.get_by_test_id(f"warning-{step}").click()
    page.get_by_test_id("move-read").check()
    page.get_by_test_id("move-submit").click()
    page.get_by_test_id("move-dialog").wait_for(state="detached")


def _stranger(demo: Demo, browser: Browser) -> Page:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]  # the size as playwright's own mapping
    page = context.new_page()
    page.goto(f"{demo.address}/public/warnings")
    return page


def _read_by_everybody(demo: Demo, browser: Browser) -> None:
    page = _stranger(demo, browser)
    expect(page.locator("article h2")).to_contain_text(HEADLINE)
    expect(page.locator("figure svg")).to_be_visible()
    shot(page, "public-warnings-390x844")
    page.get_by_role("link", name="English").click()
    expect(page.locator("article h2")).to_contain_text("flash floods possible in Gaoan")
    page.context.close()
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]  # the size as playwright's own mapping
    scripted = context.new_page()
    scripted.goto(f"{demo.address}/public/warnings")
    assert violations(scripted) == []
    assert scripted.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    context.close()
