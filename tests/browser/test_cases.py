"""Can a crash with a hazardous load, and an elder whom nobody answers, be dealt with from the call to the report?"""

import re

from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Visitor, drawn, shot
from tests.browser.steps import SOON, asked

PLACE = "示例·桂阳下穿通道"
CRASH = "大雾中三车追尾，液氨罐车侧翻泄漏"
HELP = "独居老人求助"


def _called(page: Page, kind: str, state: str, place: str, level: str) -> str:
    """Take a call from the keyboard and open an incident with Ctrl+Enter; the path of its page."""
    page.get_by_test_id("call-state").fill(state)
    page.get_by_test_id("call-address").fill(place)
    page.get_by_test_id("call-kind").select_option(kind)
    page.get_by_test_id("call-level").select_option(level)
    page.get_by_test_id("call-phone").fill("000-0000")
    expect(page.get_by_text("已定位")).to_be_visible(timeout=SOON)
    page.get_by_test_id("call-help").fill("救人")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/incidents/"))
    expect(page.get_by_test_id("incident-header")).to_be_visible(timeout=SOON)
    return "/incidents/" + page.url.rsplit("/", 1)[-1]


def test_a_crash_in_fog_with_a_hazardous_load_is_kept_off_and_approached_from_upwind(visit: Visitor) -> None:
    duty = visit("duty", "/calls")
    incident = _called(duty, "hazmat", CRASH, PLACE, "2")
    row = duty.get_by_test_id("candidate-row").filter(has_text="消防车").first
    expect(row).to_contain_text("合适力量中路网到达最快", timeout=SOON)  # why this unit
    ranked = duty.get_by_test_id("candidate-row").all_inner_texts()
    row.hover()
    leader = visit("leader", "/responses")
    _started_by_hand(leader)
    expect(duty.get_by_test_id("advice-banner")).to_contain_text("响应中", timeout=SOON)
    again = duty.get_by_role("button", name="排序有变，刷新")  # nothing moves under the pointer by itself
    expect(again).to_be_visible(timeout=SOON)
    assert [_way(one) for one in duty.get_by_test_id("candidate-row").all_inner_texts()] == [
        _way(one) for one in ranked
    ]
    again.click()
    expect(again).to_have_count(0, timeout=SOON)
    assert [_way(one) for one in duty.get_by_test_id("candidate-row").all_inner_texts()] != [
        _way(one) for one in ranked
    ]
    drawn(duty)
    shot(duty, "incident-hazmat-1440x900")
    row.get_by_test_id("candidate-assign").click()
    duty.get_by_test_id("assign-submit").click()
    expect(duty.get_by_test_id("task-card")).to_contain_text("终端已收到", timeout=SOON)
    leader.get_by_test_id("response-end").click()
    leader.get_by_test_id("decide-reason").fill("示例：泄漏已堵住，两次检测合格")
    leader.get_by_test_id("decide-despite").check()
    leader.get_by_test_id("decide-submit").click()
    response = leader.get_by_test_id("response")
    expect(response).to_have_attribute("data-state", re.compile("deactivating|ended"), timeout=SOON)
    duty.goto(f"{incident}?tab=reports")
    duty.get_by_test_id("draft-first").click()
    editor = duty.get_by_test_id("report-editor")
    expect(editor).to_be_visible(timeout=SOON)
    shot(duty, "incident-report-1440x900")
    duty.goto(f"{incident}?tab=review")
    for words in ("行动后评估", CRASH, "终止响应"):
        expect(duty.locator(".review")).to_contain_text(words, timeout=SOON)


def _way(row: str) -> str:
    """What a candidate's row says of the way by road."""
    found = re.search("路网约 [^直]*", row)
    return found.group(0) if found else ""


def _started_by_hand(leader: Page) -> None:
    leader.get_by_test_id("response-start").click()
    plan = leader.get_by_test_id("start-plan")
    expect(plan.locator("option", has_text="团雾")).to_have_count(1, timeout=SOON)
    plan.select_option("fog-pileup-hazmat")
    level = leader.get_by_test_id("start-level")
    level.select_option(label=level.locator("option", has_text="Ⅱ级").first.inner_text())
    incident = leader.get_by_test_id("start-incident")
    incident.select_option(label=incident.locator("option", has_text=PLACE).first.inner_text())
    leader.get_by_test_id("start-reason").fill("示例：现场电话确认液氨泄漏")
    leader.get_by_test_id("wind-from").select_option(label="北")
    ahead = leader.get_by_test_id("closures-ahead")
    expect(ahead.get_by_test_id("ahead-upwind_only")).to_contain_text("风从北来", timeout=SOON)
    expect(ahead.get_by_test_id("ahead-keep_out")).to_contain_text("150 米")
    shot(leader, "response-start-1440x900")
    assert violations(leader) == []
    leader.get_by_test_id("start-submit").click()
    response = leader.get_by_test_id("response")
    expect(response).to_have_attribute("data-state", "active", timeout=SOON)
    expect(response).to_contain_text("上风向", timeout=SOON)
    assert leader.locator("[data-testid=issue-row][data-state=failed]").count() == 0


def test_an_elder_whom_nobody_answers_is_an_exercise_through_and_through(visit: Visitor) -> None:
    duty = visit("duty", "/drills/new")
    duty.get_by_test_id("drill-template").select_option("elder-sos")
    duty.locator("#drill-scale").select_option(label="10×")
    duty.get_by_test_id("drill-make").click()
    duty.get_by_test_id("drill-start").click()
    expect(duty.get_by_test_id("drill-clock")).to_be_visible(timeout=SOON)
    shot(duty, "drill-running-1440x900")
    duty.locator("[data-testid^=enter-]").click()
    banner = duty.get_by_test_id("exercise-banner")
    expect(banner).to_contain_text("演练", timeout=SOON)
    bell = duty.get_by_test_id("notice-bell")
    expect(bell).to_contain_text(
        re.compile("[1-9]"), timeout=SOON
    )  # the dispatchers did not answer: it is ours now
    bell.click()
    notice = duty.get_by_test_id("notice").filter(has_text="求助按钮触发").first
    expect(notice).to_contain_text("县领导", timeout=SOON)
    shot(duty, "drill-call-1440x900")
    assert violations(duty) == []
    notice.get_by_test_id("notice-ack").click()
    expect(notice).to_have_count(0, timeout=SOON)
    duty.goto("/calls")
    incident = _called(duty, "elder_help", HELP, "示例·高安高安中心校", "3")
    expect(duty.get_by_test_id("advice-banner")).to_contain_text("独居老人", timeout=SOON)
    row = duty.get_by_test_id("candidate-row").filter(has_text="救护车").first
    row.get_by_test_id("candidate-assign").click()
    duty.get_by_test_id("assign-submit").click()
    card = duty.get_by_test_id("task-card")
    expect(card).to_have_attribute(
        "data-state", re.compile("accepted|en_route|on_scene|working"), timeout=SOON
    )
    expect(duty.get_by_test_id("timeline")).to_contain_text("演练替身", timeout=SOON)
    shot(duty, "drill-incident-1440x900")
    duty.get_by_test_id("exercise-leave").click()
    banner.wait_for(state="detached")
    assert asked(duty, f"/api{incident}")["code"] == "not_found"
    assert HELP not in str(asked(duty, "/api/incidents?phase=all"))
    assert all(
        not unit["tasks"] for unit in asked(duty, "/api/units")["items"] if unit["kind"] == "ambulance"
    )
