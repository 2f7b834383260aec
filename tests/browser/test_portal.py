"""Does a citizen's picture come back as "closed", and go round again when it is not put right? No account, a phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Demo, Visitor, shot
from tests.browser.steps import SOON, stranger
from tests.core.cases.photos import photo

WHAT = "示例：路口井盖破损，有人险些摔倒"
WORDS = "示例：说明"
ASKING = ("return", "sign", "answer", "fail", "supervise")
PLACE = (107.36, 30.33)


@pytest.fixture
def citizen(demo: Demo, browser: Browser) -> Page:
    """Somebody with a phone, before the public page; its scripts must break no rule of the page."""
    return stranger(demo, browser, scripts=True)


def test_a_picture_goes_the_whole_round_and_once_more_when_it_is_not_put_right(
    visit: Visitor, citizen: Page, demo: Demo, tmp_path: Path
) -> None:
    troubles: list[str] = []
    citizen.on("pageerror", lambda error: troubles.append(str(error)))
    citizen.on(
        "console", lambda said: troubles.append(said.text) if "Content Security" in said.text else None
    )
    number, code = _reported(citizen, tmp_path)
    desk, duty = visit("dispatcher", f"/cases?q={number}"), visit("duty", "/cases")
    desk.get_by_test_id("case-row").first.locator("button").first.click()
    expect(desk.get_by_test_id("case-detail")).to_contain_text(WHAT)
    where = desk.url
    duty.goto(where)
    _took(desk, "verify", "verifying")
    _took(desk, "confirm", "filing")
    _took(desk, "open", "dispatching")
    _dispatched(desk)
    _took(desk, "return", "dispatching")
    _dispatched(desk)
    _handled(desk)
    _took(duty, "check", "checking")
    _took(duty, "fail", "handling")
    _took(desk, "answer", "answered")
    _passed(duty)
    _followed(citizen, demo, number, code, "evaluating")
    expect(citizen.locator("#verdict")).to_contain_text("不等于您的问题已经解决")
    shot(citizen, "portal-closed-390x844")
    assert violations(citizen) == []
    _doubted(citizen)
    leader = visit("leader", where.removeprefix(demo.address))
    _took(leader, "supervise", "dispatching")
    _caught_up(desk, leader)
    _dispatched(desk)
    _handled(desk)
    _passed(duty)
    _followed(citizen, demo, number, code, "evaluating")
    expect(citizen.locator("#stages li")).to_have_count(20)
    shot(citizen, "portal-closed-again-390x844")
    _looked_at_the_board(citizen, demo)
    assert troubles == []


def test_the_form_serves_who_has_no_scripts_and_loses_nothing(demo: Demo, browser: Browser) -> None:
    page = stranger(demo, browser)
    page.get_by_role("link", name="反映问题").click()
    expect(page.locator(".emergency")).to_contain_text("110")
    page.get_by_label("具体情况").fill("示例：路灯不亮")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#class_code-wrong")).to_be_visible()
    expect(page.get_by_label("具体情况")).to_have_value("示例：路灯不亮")
    page.get_by_label("是什么问题").select_option("0202")
    page.get_by_label("地址或附近的标志物").fill("高安镇政府门口")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#code")).to_have_text(re.compile(r"^(\w{4}-){2}\w{4}$"))
    page.get_by_role("button", name="查看进度").click()
    expect(page.locator("h2[data-state]")).to_have_attribute("data-state", "reported")


def _fits(page: Page) -> None:
    """Nothing has to be scrolled sideways, on 360 pixels too."""
    before = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if before is not None:
        page.set_viewport_size(before)


def _reported(page: Page, folder: Path) -> tuple[str, str]:
    """(number, code) of a report that begins with a picture, whose place is suggested and taken."""
    page.get_by_role("link", name="反映问题").click()
    taken = folder / "taken.jpg"
    taken.write_bytes(photo(place=PLACE))
    page.locator("#photo").set_input_files(taken)
    expect(page.locator("#preview img")).to_be_visible()
    page.get_by_label("是什么问题").select_option("0201")
    page.get_by_label("具体情况").fill(WHAT)
    _fits(page)
    shot(page, "portal-report-390x844")
    assert violations(page) == []
    page.get_by_role("button", name="提交").click()
    page.get_by_label("是，用照片的位置").check()
    expect(page.get_by_label("具体情况")).to_have_value(WHAT)
    shot(page, "portal-suggested-390x844")
    page.get_by_role("button", name=re.compile("^(提交|都不是)")).click()
    other = page.get_by_role("button", name="都不是，作为新问题提交")
    if other.count():
        other.click()
    expect(page.locator("#number")).to_be_visible()
    shot(page, "portal-received-390x844")
    _fits(page)
    assert violations(page) == []
    return page.locator("#number").inner_text(), page.locator("#code").inner_text()


def _followed(page: Page, demo: Demo, number: str, code: str, state: str) -> None:
    page.goto(f"{demo.address}/public/cases/{number}")
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查看").click()
    expect(page.locator("h2[data-state]")).to_have_attribute("data-state", state)
    assert code not in page.url
    _fits(page)


def _doubted(page: Page) -> None:
    """Its reporter says that it is not put right, and has it done again."""
    page.locator("input[name=solved][value=no]").check()
    page.get_by_label("不满意", exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("#verdict")).to_contain_text("您的评价：不满意")
    page.get_by_label("哪里没有解决").fill("示例：又松动了")
    page.get_by_role("button", name="没有解决，要求再办").click()
    expect(page.locator("h2[data-state]")).to_have_attribute("data-state", "dispatching")


def _looked_at_the_board(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/public/board")
    expect(page.get_by_role("heading", name="最近的反映")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text(WHAT)
    _fits(page)
    shot(page, "portal-board-390x844")
    assert violations(page) == []


def _took(page: Page, step: str, state: str) -> None:
    page.get_by_test_id(f"case-{step}").click()
    if step in ASKING:
        page.get_by_test_id("case-words").fill(WORDS)
        page.get_by_test_id("case-give").click()
        expect(page.get_by_test_id("case-ask")).to_have_count(0, timeout=SOON)
    expect(page.get_by_test_id("case-state")).to_have_attribute("data-state", state, timeout=SOON)


def _caught_up(page: Page, other: Page) -> None:
    """The same history stands on both pages: a step given before is refused, since the case has changed meanwhile."""
    lines = other.get_by_test_id("case-history").locator("li")
    expect(page.get_by_test_id("case-history").locator("li")).to_have_count(lines.count(), timeout=SOON)


def _dispatched(page: Page) -> None:
    page.get_by_test_id("case-dispatch").click()
    page.get_by_test_id("case-owner").select_option(index=1)
    page.get_by_test_id("case-words").fill(WORDS)
    page.get_by_test_id("case-give").click()
    expect(page.get_by_test_id("case-state")).to_have_attribute("data-state", "assigned", timeout=SOON)


def _handled(page: Page) -> None:
    _took(page, "sign", "handling")
    _took(page, "answer", "answered")


def _passed(page: Page) -> None:
    """Close it without a picture from the place: whoever does so says why."""
    _took(page, "check", "checking")
    page.get_by_test_id("case-pass").click()
    page.get_by_test_id("case-words").fill(WORDS)
    page.get_by_test_id("case-give").click()
    expect(page.get_by_test_id("case-state")).to_have_attribute("data-state", "evaluating", timeout=SOON)
