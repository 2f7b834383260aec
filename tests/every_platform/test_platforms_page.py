"""Does docs/platforms.md say what the declarations say today?"""

from tools.platforms_page import PAGE, page


def test_the_page_of_platforms_is_fresh() -> None:
    written = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    assert written == page(), "docs/platforms.md is stale: run `make generate`"
