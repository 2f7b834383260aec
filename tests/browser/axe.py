"""Can everybody use the page? axe-core's rules for WCAG 2 A and AA, from the installed package."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """Serious and critical violations on the page as it stands, as `rule: element`."""
    # Evaluated by the debugger, not as a script of the page: the page's own policy stays as strict as it is.
    page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']}).then(done => done.violations)"
    )
    return [
        f"{one['id']}: {node['target']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
