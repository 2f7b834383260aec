"""Can the county be commanded in a storm from the first signal to the report, in Chinese, by several people?"""

import re
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Demo, Visitor, drawn, shot
from tests.browser.steps import SOON, asked, close_road, moved, stranger

STORM_S = 150_000  # the promise of `mudan simulate storm`, and a little
DRIVE_S = 150_000
TRUCK = "防汛抢险车01"
CLOSED = "示例：路面塌方"


def test_a_night_storm_is_commanded_from_the_first_signal_to_the_report(
    demo: Demo, visit: Visitor, browser: Browser
) -> None:
    duty = visit("duty", "/alarms")
    demo.command("simulate", "storm")
    case = _case_of_the_alarm(duty)
    leader = visit("leader", "/responses")
    incident, response = _approved(leader)
    warning = leader.locator("[data-testid=issue-row] a[href^='/warnings/']").last.get_attribute("href")
    assert warning
    _placed(duty, incident)
    _villages_called(duty, incident)
    _sent_by_a_detour(duty, case)
    crew = visit("field-flood", "/field", phone=True)
    _accepted(crew)
    _warned(demo, browser, duty, leader, warning)
    _done(duty, crew, case)
    _ended(leader, response)
    _reviewed(leader, incident)
    _replayed(leader)


def _case_of_the_alarm(duty: Page) -> str:
    """The case opened from the river's first alarm, as the path of its page."""
    duty.get_by_test_id("alarm-search").fill("桂溪站")
    first = duty.get_by_test_id("alarm-row").first
    expect(first).to_be_visible(timeout=STORM_S)
    first.hover()
    words, place = first.inner_text().split("\n")[0], first.bounding_box()
    expect(duty.get_by_test_id("alarm-fresh")).to_be_visible(timeout=STORM_S)  # more have come, and wait
    assert (first.inner_text().split("\n")[0], first.bounding_box()) == (words, place)
    first.click()
    duty.get_by_test_id("detail-ack").click()
    expect(duty.get_by_test_id("alarm-detail")).to_contain_text("示例·值班长", timeout=SOON)
    shot(duty, "alarms-1440x900")
    duty.get_by_test_id("alarm-open-incident").click()
    duty.get_by_test_id("incident-create").click()
    duty.wait_for_url(re.compile("/incidents/"))
    expect(duty.get_by_test_id("incident-header")).to_be_visible(timeout=SOON)
    return "/incidents/" + duty.url.rsplit("/", 1)[-1]


def _approved(leader: Page) -> tuple[str, str]:
    """The plan's advice, from water that came over the socket, approved after its preview.

    The pages of its incident and of the response.
    """
    row = leader.get_by_test_id("response-row").filter(has_text="防汛")
    expect(row).to_contain_text("建议Ⅰ级", timeout=STORM_S)
    shot(leader, "responses-advised-1440x900")
    row.click()
    third = leader.get_by_test_id("level-III")
    expect(third).to_contain_text("满足 · 自", timeout=SOON)
    expect(third).to_contain_text(re.compile("汛限水位.*示例水库"), timeout=SOON)
    shot(leader, "response-advised-1440x900")
    leader.get_by_test_id("response-approve").click()
    preview = leader.get_by_test_id("preview")
    for words in ("部门任务", "叫应", "公众预警", "信息报告", "道路"):
        expect(preview).to_contain_text(words, timeout=SOON)
    shot(leader, "response-preview-1440x900")
    leader.get_by_test_id("decide-submit").click()
    response = leader.get_by_test_id("response")
    expect(response).to_have_attribute("data-state", "active", timeout=SOON)
    for words in ("部门任务", "叫应", "公众预警", "信息报告", "道路"):
        expect(response).to_contain_text(words, timeout=SOON)
    assert leader.locator("[data-testid=issue-row][data-state=failed]").count() == 0
    shot(leader, "response-active-1440x900")
    assert violations(leader) == []
    found = leader.locator("[data-testid=response] header a[href^='/incidents/']").get_attribute("href")
    assert found
    return found, leader.url


def _villages_called(duty: Page, incident: str) -> None:
    """A town answers, then its village: the chain goes down."""
    duty.goto(f"{incident}?tab=calls")
    tree = duty.get_by_test_id("call-tree")
    expect(tree).to_be_visible(timeout=SOON)
    for place, name in (("高安镇", "示例·镇值班员"), ("高安镇示例一村", "示例·村主任")):
        step = tree.get_by_test_id("call-step").filter(has=duty.get_by_text(place, exact=True))
        expect(step).to_have_attribute("data-state", "calling", timeout=SOON)
        step.get_by_test_id("call-confirm").click()
        duty.get_by_test_id("answer-name").fill(name)
        duty.get_by_test_id("answer-give").click()
        expect(step).to_have_attribute("data-state", "answered", timeout=SOON)
        expect(step).to_contain_text(name)
    shot(duty, "incident-calls-1440x900")


def _sent_by_a_detour(duty: Page, case: str) -> None:
    """A road on the way is closed on the map; the nearest unit now goes round it."""
    place, before = asked(duty, f"/api{case}"), _truck(asked(duty, f"/api{case}/candidates"))
    start, end = before["unit"], f"{place['lon']},{place['lat']}"
    trip = f"/api/roads/route?start={start['lon']},{start['lat']}&end={end}&profile=truck"
    free = asked(duty, trip)
    line = free["line"]["coordinates"]
    close_road(duty, line[len(line) // 2], CLOSED)
    assert violations(duty) == []
    duty.get_by_test_id("closure-submit").click()
    expect(duty.get_by_test_id("closure-row").filter(has_text=CLOSED)).to_contain_text(
        "直到解除", timeout=SOON
    )
    assert asked(duty, trip)["seconds"] > free["seconds"]
    drawn(duty)
    shot(duty, "map-closure-1440x900")
    duty.goto(case)
    row = duty.get_by_test_id("candidate-row").filter(has_text=TRUCK)
    expect(row).to_be_visible(timeout=SOON)
    assert _truck(asked(duty, f"/api{case}/candidates"))["eta_s"] > before["eta_s"]
    row.get_by_test_id("candidate-assign").click()
    shot(duty, "incident-assign-1440x900")
    duty.get_by_test_id("assign-submit").click()
    card = duty.get_by_test_id("task-card")
    expect(card).to_contain_text("终端已收到", timeout=SOON)  # the terminal's own receipt, over its socket


def _truck(ranked: Any) -> Any:
    return next(one for one in ranked["items"] if TRUCK in one["unit"]["name"]["zh"])


def _accepted(crew: Page) -> None:
    expect(crew.get_by_test_id("field-task")).to_be_visible(timeout=SOON)
    shot(crew, "field-offered-390x844")
    crew.get_by_test_id("field-accept").click()
    expect(crew.get_by_test_id("field-depart").or_(crew.get_by_test_id("field-arrive")).first).to_be_visible(
        timeout=SOON
    )


def _warned(demo: Demo, browser: Browser, duty: Page, leader: Page, warning: str) -> None:
    """The plan's draft is checked by one person, approved by a second, sent, and read by everybody."""
    moved(duty, warning, "check")
    expect(duty.get_by_test_id("warning-approve")).to_have_count(0)
    moved(leader, warning, "approve")
    moved(leader, warning, "send")
    expect(leader.get_by_test_id("warning-state").first).to_have_text("生效中", timeout=SOON)
    drawn(leader)
    shot(leader, "warning-of-plan-1440x900")
    page = stranger(demo, browser)
    expect(page.locator("article h2").first).to_contain_text("立即转移")
    shot(page, "public-warnings-of-plan-390x844")
    page.context.close()


def _placed(duty: Page, incident: str) -> None:
    """The county's own incident has no place; with one its units are ranked by road."""
    duty.goto(incident)
    duty.get_by_test_id("incident-place-change").click()
    duty.get_by_test_id("place-search").fill("高安镇")
    duty.get_by_test_id("place-found").first.click()
    expect(duty.get_by_test_id("place-lon")).not_to_have_value("")
    duty.get_by_test_id("place-reason").fill("示例：前方指挥部设在镇政府")
    drawn(duty)
    shot(duty, "incident-place-1440x900")
    assert violations(duty) == []
    duty.get_by_test_id("place-save").click()
    expect(duty.get_by_test_id("timeline")).to_contain_text("地点更正为", timeout=SOON)


def _done(duty: Page, crew: Page, case: str) -> None:
    duty.goto(case)
    arrival = duty.get_by_test_id("task-confirm-arrive")
    expect(arrival).to_be_visible(timeout=DRIVE_S)
    shot(duty, "incident-arrival-1440x900")
    arrival.click()
    expect(crew.get_by_test_id("field-done")).to_be_visible(timeout=SOON)
    shot(crew, "field-on-scene-390x844")
    crew.get_by_test_id("field-done").click()
    crew.get_by_test_id("field-done-confirm").click()
    expect(crew.get_by_test_id("field-ended").or_(crew.get_by_test_id("field-empty")).first).to_be_visible(
        timeout=SOON
    )
    duty.get_by_test_id("incident-close").click()
    duty.get_by_test_id("close-disposition").select_option("resolved")
    duty.get_by_test_id("close-summary").fill("现场巡查，堤防无险情。")
    duty.get_by_test_id("close-submit").click()
    expect(duty.get_by_test_id("incident-reopen")).to_be_visible(timeout=SOON)
    timeline = duty.get_by_test_id("timeline")
    for words in ("立案", "派遣", "终端已收到派单", "已接受", "已到场", "已完成", "结案"):
        expect(timeline).to_contain_text(words)
    shot(duty, "incident-closed-1440x900")
    duty.get_by_test_id("nav-map").click()
    drawn(duty)
    duty.get_by_test_id("map-closures").click()
    row = duty.get_by_test_id("closure-row").filter(has_text=CLOSED)
    row.get_by_test_id("closure-end").click()
    duty.get_by_test_id("closure-why").fill("已清理")
    duty.get_by_test_id("closure-give").click()
    expect(row).to_have_count(0, timeout=SOON)


def _ended(leader: Page, page: str) -> None:
    leader.goto(page)
    leader.get_by_test_id("response-end").click()
    leader.get_by_test_id("decide-reason").fill("示例：雨停，水位回落")
    despite, submit = leader.get_by_test_id("decide-despite"), leader.get_by_test_id("decide-submit")
    expect(despite.or_(submit.and_(leader.locator(":enabled"))).first).to_be_visible(timeout=SOON)
    if despite.count():  # asked for while a condition still holds
        despite.check()
    submit.click()
    response = leader.get_by_test_id("response")
    expect(response).to_have_attribute("data-state", re.compile("deactivating|ended"), timeout=SOON)
    shot(leader, "response-ended-1440x900")


def _reviewed(leader: Page, incident: str) -> None:
    leader.goto(f"{incident}?tab=review")
    paper = leader.locator("[role=tabpanel], .review").last
    for words in ("行动后评估", "时间线", "预案偏差"):
        expect(paper).to_contain_text(words, timeout=SOON)
    shot(leader, "incident-review-1440x900")
    assert violations(leader) == []


def _replayed(leader: Page) -> None:
    leader.get_by_test_id("review-replay").first.click()
    banner, events = leader.get_by_test_id("replay-banner"), leader.get_by_test_id("replay-events")
    expect(banner).to_contain_text("回放", timeout=SOON)
    expect(events.get_by_role("listitem").first).to_be_visible(timeout=SOON)
    drawn(leader)
    moment = leader.get_by_test_id("replay-moment")
    begun = moment.inner_text()
    leader.get_by_test_id("replay-play").click()
    expect(moment).not_to_have_text(begun)
    leader.get_by_test_id("replay-play").click()
    shot(leader, "replay-1440x900")
    assert violations(leader) == []
