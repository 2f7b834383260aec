"""How does a new platform begin? `python -m tools.new_platform noise [ROOT] [--records]` writes its whole folder.

`--records`: the platform of a system that keeps records, which is declarations alone.
"""

import keyword
import re
import sys
from pathlib import Path
from typing import Final

TEMPLATES: Final = Path(__file__).parent / "scaffold"
OF_RECORDS: Final = Path(__file__).parent / "scaffold_records"
ROOT: Final = Path(__file__).parents[1]
NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,30}")


def main(argv: list[str]) -> int:
    """Write mudan/platforms/NAME under ROOT (default: this checkout). 0 when written, 2 when refused."""
    given = [word for word in argv if word != "--records"]
    if not 1 <= len(given) <= 2:
        print("usage: make new-platform NAME=noise [RECORDS=1]", file=sys.stderr)
        return 2
    name, root = given[0], Path(given[1]) if len(given) > 1 else ROOT
    folder = root / "mudan" / "platforms" / name
    refusal = refused(name, folder)
    if refusal:
        print(refusal, file=sys.stderr)
        return 2
    for path in written(name, folder, OF_RECORDS if "--records" in argv else TEMPLATES):
        print(path.relative_to(root))
    print(f"{name}: a working platform. Replace what it says, then run `make generate` and `make check`.")
    return 0


def refused(name: str, folder: Path) -> str:
    """Why this name cannot be taken, in plain words; empty when it can."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        return f"'{name}' cannot be a platform's name: 2 to 31 of a-z, 0-9 and _, beginning with a letter"
    if folder.exists():
        return f"there is already a platform '{name}'"
    return ""


def written(name: str, folder: Path, templates: Path = TEMPLATES) -> list[Path]:
    """Write every template into the folder; returns the files in alphabetical order."""
    paths = []
    for template in sorted(path for path in templates.rglob("*.txt") if path.is_file()):
        path = folder / template.relative_to(templates).with_suffix("")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(filled(template.read_text(encoding="utf-8"), name), encoding="utf-8")
        paths.append(path)
    return paths


def filled(template: str, name: str) -> str:
    """The template with its three places filled: {{name}}, {{Name}} and {{NAME}}."""
    camel = "".join(part.capitalize() for part in name.split("_"))
    return template.replace("{{name}}", name).replace("{{Name}}", camel).replace("{{NAME}}", name.upper())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
