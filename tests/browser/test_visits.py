"""Is a visit that was entered at the door without network kept, and sent once when the network is back?"""

from playwright.sync_api import expect

from tests.browser.conftest import Visitor, shot
from tests.browser.steps import asked

SOON = 60_000


def test_a_grid_visit_without_network_arrives_once(visit: Visitor) -> None:
    worker = visit("field-grid", "/field", phone=True)
    worker.get_by_test_id("field-tab-visits").click()
    stops = worker.get_by_test_id("visit-stop")
    expect(stops.first).to_be_visible(timeout=SOON)
    before = stops.count()
    first = stops.first
    expect(first.get_by_test_id("visit-shown-as")).to_have_text("示*")
    first.get_by_test_id("visit-open").click()
    expect(first.get_by_test_id("visit-residents")).to_contain_text("1380000", timeout=SOON)
    shot(worker, "visits-390x844")
    wide = worker.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, "the page scrolls sideways"

    worker.context.set_offline(True)
    first.get_by_test_id("visit-begin").click()
    worker.get_by_test_id("visit-outcome-met").check()
    worker.get_by_test_id("visit-note").fill("示例：精神好")
    worker.get_by_test_id("visit-problem").click()
    worker.get_by_test_id("visit-problem-class").select_option("0301")
    worker.get_by_test_id("visit-problem-title").fill("示例：楼道灯不亮")
    worker.get_by_test_id("visit-enter").click()
    expect(worker.get_by_test_id("visit-waiting")).to_be_visible()
    expect(worker.get_by_test_id("field-waiting")).to_contain_text("1")
    expect(stops).to_have_count(before - 1)
    shot(worker, "visits-offline-390x844")

    worker.context.set_offline(False)
    expect(worker.get_by_test_id("field-waiting")).to_be_hidden(timeout=SOON)
    expect(worker.get_by_test_id("visit-made")).to_have_count(1)
    expect(worker.get_by_test_id("visit-serves")).to_contain_text("报修案件")

    desk = visit("duty", "/community")
    made = asked(desk, "/api/visits?state=done")
    assert [one["note"] for one in made["items"]] == ["示例：精神好"]
    cases = asked(desk, "/api/cases?type=repair&q=" + "楼道灯不亮")
    assert cases["total"] == 1
    desk.get_by_test_id("community-tab-repairs").click()
    expect(desk.get_by_test_id("community-repair").filter(has_text="示例：楼道灯不亮")).to_have_count(1)
    desk.get_by_test_id("community-tab-care").click()
    expect(desk.get_by_test_id("community-shown-as").first).to_have_text("示*")
    shot(desk, "community-1440x900")
