"""Is every screen whole, in both languages, on desk and phone, and usable by everybody?"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Visitor, drawn, shot

DESK_PAGES = {
    "duty": "/alarms /alarms/performance /calls /map /incidents /cases /directives /responses /duty /warnings /plans"
    " /supplies /drills /reviews /replay /dispatch /water /transport /emergency",
    "dispatcher": "/evaluation /exchange /cases/intake /urban_management /community /citizen /government_services",
    "leader": "/kpis /report-rules",
    "administrator": "/people /settings",
    "integrator": "/platforms",
    "auditor": "/audit /openings",
}


@pytest.mark.parametrize("login", DESK_PAGES)
def test_the_desk_screens_of_a_role_are_whole_in_both_languages(visit: Visitor, login: str) -> None:
    page = visit(login)
    switch = page.get_by_test_id("language-switch")
    found: list[str] = []
    for path in DESK_PAGES[login].split():
        page.goto(path)
        first = switch.inner_text()
        found += _seen_whole(page, path, "zh" if first == "English" else "en")
        switch.click()
        expect(switch).not_to_have_text(first)
        found += _seen_whole(page, path, "en" if first == "English" else "zh")
    if switch.inner_text() != "English":  # the centre keeps a person's language for the tests that follow
        with page.expect_response(lambda answer: answer.request.method == "PATCH"):
            switch.click()
    assert found == []


def _seen_whole(page: Page, path: str, language: str) -> list[str]:
    expect(page.locator("main h1, main h2, main [role=heading]").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    drawn(page)
    shot(page, f"desk{path.replace('/', '-')}-{language}-1440x900")
    # The same elements in the other language: only their width differs.
    found = [f"{path}: {one}" for one in violations(page)] if language == "zh" else []
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*found, f"{path} in {language} scrolls sideways by {wider} px"] if wider > 0 else found


def test_desk_screens_fit_a_phone(visit: Visitor) -> None:
    page = visit("duty", phone=True)
    found: list[str] = []
    for path in (
        "/alarms",
        "/incidents",
        "/water",
        "/responses",
        "/directives",
        "/cases",
        "/calls",
        "/warnings",
        "/duty",
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        shot(page, f"phone{path.replace('/', '-')}-390x844")
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found += [f"{path} scrolls sideways by {wider} px"] if wider > 0 else []
    assert found == []


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
    shot(page, "sign-in-refused-1440x900")
    assert violations(page) == []


def test_the_map_draws_towns_stations_and_units(visit: Visitor) -> None:
    page = visit("duty", "/map")
    page.get_by_test_id("map-view").wait_for()
    drawn(page)
    for layer, at_least in (("stations", 20), ("units", 15)):
        found = page.evaluate(f"window.__map.queryRenderedFeatures({{layers: ['{layer}']}}).length")
        assert found >= at_least, f"{found} of {layer} drawn"
