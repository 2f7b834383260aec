"""Is every screen whole, in both languages, on desk and phone, and usable by everybody?"""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.conftest import Visitor, drawn, shot

DESK_PAGES = [
    ("duty", "/alarms"),
    ("duty", "/map"),
    ("duty", "/incidents"),
    ("duty", "/water"),
    ("duty", "/transport"),
    ("duty", "/responses"),
    ("duty", "/plans"),
    ("duty", "/directives"),
    ("duty", "/duty"),
    ("duty", "/warnings"),
    ("duty", "/supplies"),
    ("duty", "/drills"),
    ("duty", "/calls"),
    ("duty", "/alarms/performance"),
    ("integrator", "/platforms"),
    ("leader", "/kpis"),
    ("administrator", "/people"),
    ("auditor", "/audit"),
]


@pytest.mark.parametrize(("login", "path"), DESK_PAGES)
def test_a_desk_screen_is_whole_in_both_languages(visit: Visitor, login: str, path: str) -> None:
    page = visit(login, path)
    expect(page.locator("main h1, main h2, main [role=heading]").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    drawn(page)
    chinese = page.locator("nav").first.inner_text()
    shot(page, f"desk{path.replace('/', '-')}-zh-1920x1080")
    assert violations(page) == []
    page.get_by_test_id("language-switch").click()
    expect(page.locator("nav").first).not_to_have_text(chinese)
    drawn(page)
    shot(page, f"desk{path.replace('/', '-')}-en-1920x1080")
    assert violations(page) == []
    page.get_by_test_id("language-switch").click()
    expect(page.locator("nav").first).to_contain_text(chinese.split("\n")[0])


@pytest.mark.parametrize("path", ["/alarms", "/water", "/incidents"])
def test_a_desk_screen_fits_a_phone(visit: Visitor, path: str) -> None:
    page = visit("duty", path, phone=True)
    page.wait_for_load_state("networkidle")
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    shot(page, f"phone{path.replace('/', '-')}-390x844")
    assert wider <= 0, f"{path} scrolls sideways by {wider} px"


def test_the_field_page_is_usable_by_everybody(visit: Visitor) -> None:
    page = visit("field-ambulance", "/field", phone=True)
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    shot(page, "phone-field-390x844")


def test_a_wrong_password_says_no_more_than_that(visit: Visitor) -> None:
    page = visit("leader")
    page.context.clear_cookies()
    page.reload()
    page.get_by_test_id("sign-in-login").fill("leader")
    page.get_by_test_id("sign-in-password").fill("wrong-password-1")
    page.get_by_test_id("sign-in-submit").click()
    expect(page.get_by_test_id("sign-in-problem")).to_be_visible()
    shot(page, "sign-in-refused-1920x1080")
    assert violations(page) == []


def test_the_map_draws_towns_stations_and_units(visit: Visitor) -> None:
    page = visit("duty", "/map")
    page.get_by_test_id("map-view").wait_for()
    drawn(page)
    for layer, at_least in (("stations", 20), ("units", 15)):
        found = page.evaluate(f"window.__map.queryRenderedFeatures({{layers: ['{layer}']}}).length")
        assert found >= at_least, f"{found} of {layer} drawn"
