"""Is this the code of a grid cell (单元网格)? Editions and makers differ in length, so each is a scheme of its own.

    500231 106 003 07      14 digits: county 6, town 3, village 3, number 2
    500231 106 003 007     15 digits: the number has 3
    500231 106 003 0007    16 digits: the number has 4

The first six, nine and twelve digits are division codes, so that a prefix names everything within.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mudan.primitives.errors import Invalid


@dataclass(frozen=True, slots=True)
class GridScheme:
    """A way to write grid codes. `example` marks one whose standard was not at hand (示例)."""

    name: str
    pattern: re.Pattern[str]
    example: bool = True

    def fits(self, code: str) -> bool:
        """Whether a code is written so."""
        return self.pattern.fullmatch(code) is not None


SCHEMES: Final = {
    name: GridScheme(name, re.compile(rf"[1-8]\d{{11}}\d{{{digits}}}", re.ASCII))
    for name, digits in (("14", 2), ("15", 3), ("16", 4))
}


def schemes_named(words: str) -> tuple[GridScheme, ...]:
    """The schemes of a list such as "14,16" (empty: all). Raises Invalid for an unknown one."""
    names = [word.strip() for word in words.split(",") if word.strip()] or list(SCHEMES)
    unknown = [name for name in names if name not in SCHEMES]
    if unknown:
        raise Invalid(f"no grid scheme {', '.join(unknown)}; there are {', '.join(SCHEMES)}", field="grids")
    return tuple(SCHEMES[name] for name in names)


def is_grid(code: str, schemes: Iterable[GridScheme] = tuple(SCHEMES.values())) -> bool:
    """Whether any of the schemes writes such a code."""
    return any(scheme.fits(code) for scheme in schemes)
