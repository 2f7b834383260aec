"""Which platforms are connected, and what was counted of each? Writes docs/platforms.md."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mudan.connect.platform import Platform
from mudan.primitives.units import UNITS
from mudan.run.discover import platforms
from tools.golden import cases

PAGE: Final = Path(__file__).parents[1] / "docs" / "platforms.md"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


def page() -> str:
    """The page as Markdown, from the declarations and the golden frames."""
    found = platforms()
    return "\n".join((*_overview(found), *(line for platform in found for line in _chapter(platform)))) + "\n"


def _overview(found: tuple[Platform, ...]) -> Iterator[str]:
    yield "# Connected platforms 已接入平台"
    yield ""
    yield "Computed by `make generate` from the declarations that `tests/every_platform` inspects."
    yield ""
    yield "| platform | protocol | quantities | rules | indicators | golden frames | commands |"
    yield "|---|---|---|---|---|---|---|"
    for platform in found:
        counts = (
            len(platform.quantities),
            len(platform.rules),
            len(platform.kpis),
            len(cases(platform.name)),
            len(platform.commands),
        )
        cells = " | ".join(str(count) for count in counts)
        yield f"| [{platform.name}](#{platform.name}) | {platform.protocol} | {cells} |"


def _chapter(platform: Platform) -> Iterator[str]:
    yield from ("", f"## {platform.name}", "")
    yield f"{platform.title.zh} · {platform.title.en}. {platform.summary.en}"
    broken = [case for case in cases(platform.name) if not case.decodes]
    yield ""
    yield (
        f"Golden frames: {len(cases(platform.name))}, of which {len(broken)} must be refused. "
        f"[How to hook up a real one](../mudan/platforms/{platform.name}/README.md)"
    )
    yield from _table(
        ("quantity", "量", "unit", "plausible"),
        (
            (q.name, f"{q.title.zh} · {q.title.en}", UNITS[q.unit].sign or "1", _span(q.low, q.high))
            for q in platform.quantities
        ),
    )
    yield from _table(
        ("rule", "告警", "level", "source"),
        (
            (r.name, f"{r.title.zh} · {r.title.en}", r.level.name, _marked(r.source, r.example_only))
            for r in platform.rules
        ),
    )
    yield from _table(
        ("command", "指令", "fields"),
        ((c.name, f"{c.title.zh} · {c.title.en}", ", ".join(c.fields)) for c in platform.commands),
    )


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    if lines:
        yield from ("", "| " + " | ".join(heads) + " |", "|" + "---|" * len(heads))
        yield from lines


def _span(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    return f"{'' if low is None else f'{low:g}'} … {'' if high is None else f'{high:g}'}".strip()


def _marked(source: str, example_only: bool) -> str:
    return f"{source} (示例 example)" if example_only else source


if __name__ == "__main__":
    sys.exit(main())
