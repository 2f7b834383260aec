"""Does the main job work, from a rising river to the closed incident, with nothing but browser and sockets?"""

import re
import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Visitor, shot

STORM_S = 120_000  # the promise of `mudan simulate storm`
DRIVE_S = 150_000


def test_a_storm_becomes_a_closed_incident(demo: Demo, visit: Visitor) -> None:
    duty = visit("duty", "/alarms")
    demo.command("simulate", "storm")
    _take_the_alarm(duty)
    _open_the_incident(duty)
    _send_the_nearest(duty)

    crew = visit("field-flood", "/field", phone=True)
    expect(crew.get_by_test_id("field-task")).to_be_visible()
    shot(crew, "field-offered-390x844")
    crew.get_by_test_id("field-accept").click()
    expect(crew.get_by_test_id("field-depart").or_(crew.get_by_test_id("field-arrive")).first).to_be_visible()

    arrival = duty.get_by_test_id("task-confirm-arrive")
    expect(arrival).to_be_visible(timeout=DRIVE_S)
    shot(duty, "workspace-arrival-1920x1080")
    arrival.click()
    expect(crew.get_by_test_id("field-done")).to_be_visible()
    shot(crew, "field-on-scene-390x844")
    crew.get_by_test_id("field-done").click()
    crew.get_by_test_id("field-done-confirm").click()
    expect(crew.get_by_test_id("field-ended").or_(crew.get_by_test_id("field-empty")).first).to_be_visible()

    _close(duty)


def _take_the_alarm(duty: Page) -> None:
    duty.get_by_test_id("alarm-search").fill("桂溪站")
    first = duty.get_by_test_id("alarm-row").first
    expect(first).to_be_visible(timeout=STORM_S)
    first.click()
    duty.get_by_test_id("detail-ack").click()
    expect(duty.get_by_test_id("alarm-detail")).to_contain_text("示例·值班长")
    shot(duty, "alarms-1920x1080")


def _open_the_incident(duty: Page) -> None:
    duty.get_by_test_id("alarm-open-incident").click()
    duty.get_by_test_id("incident-create").click()
    expect(duty.get_by_test_id("incident-header")).to_be_visible()
    duty.wait_for_url(re.compile("/incidents/"))


def _send_the_nearest(duty: Page) -> None:
    nearest = duty.get_by_test_id("candidate-row").first
    expect(nearest).to_contain_text("防汛抢险车01")
    nearest.get_by_test_id("candidate-assign").click()
    duty.get_by_test_id("assign-submit").click()
    card = duty.get_by_test_id("task-card")
    expect(card).to_be_visible()
    expect(card).to_contain_text("终端已收到", timeout=30_000)  # the terminal's own receipt, over its socket


def _close(duty: Page) -> None:
    duty.get_by_test_id("incident-close").click()
    duty.get_by_test_id("close-disposition").select_option("resolved")
    duty.get_by_test_id("close-summary").fill("现场巡查，堤防无险情。")
    duty.get_by_test_id("close-submit").click()
    expect(duty.get_by_test_id("incident-reopen")).to_be_visible()
    timeline = duty.get_by_test_id("timeline")
    for words in ("立案", "派遣", "终端已收到派单", "已接受", "已到场", "已完成", "结案"):
        expect(timeline).to_contain_text(words)
    shot(duty, "workspace-closed-1920x1080")


def test_a_phone_without_network_loses_nothing(demo: Demo, visit: Visitor) -> None:
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
    time.sleep(1)
    crew.context.set_offline(False)
    expect(crew.get_by_test_id("field-waiting")).to_be_hidden(timeout=60_000)
    expect(duty.get_by_test_id("timeline")).to_contain_text("已接受")
