"""Does a phone that loses its network lose nothing of its work?"""

from playwright.sync_api import expect

from tests.browser.conftest import Visitor, shot


def test_a_phone_without_network_loses_nothing(visit: Visitor) -> None:
    duty = visit("dispatcher", "/incidents")
    duty.get_by_test_id("incident-new").click()
    duty.get_by_test_id("incident-title").fill("示例：断网演练")
    duty.get_by_test_id("incident-create").click()
    row = duty.get_by_test_id("candidate-row").filter(has_text="救护车01")
    row.get_by_test_id("candidate-assign").click()
    duty.get_by_test_id("assign-submit").click()
    expect(duty.get_by_test_id("task-card")).to_be_visible()

    crew = visit("field-ambulance", "/field", phone=True)
    expect(crew.get_by_test_id("field-accept").first).to_be_visible()
    crew.context.set_offline(True)
    crew.get_by_test_id("field-accept").first.click()
    expect(crew.get_by_test_id("field-waiting")).to_contain_text("1")
    shot(crew, "field-offline-390x844")
    crew.context.set_offline(False)
    expect(crew.get_by_test_id("field-waiting")).to_be_hidden(timeout=60_000)
    expect(duty.get_by_test_id("timeline")).to_contain_text("已接受")
