"""Which types do the centre's answers have, for the web pages? Writes web/src/kit/api.gen.ts from OpenAPI."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from mudan.api.app import create_app
from mudan.api.deps import ApiSettings, Deps
from mudan.primitives.clock import SystemClock
from mudan.storage.pool import Database

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "web" / "src" / "kit" / "api.gen.ts"
GENERATOR: Final = ROOT / "node_modules" / ".bin" / "openapi-typescript"
HEAD: Final = "/** Which types do the centre's answers have? Written by `make generate` from the API. */\n"


def main(argv: list[str] | None = None) -> int:
    """Write the types, or with `--check` only say whether they are stale. 0 when done and fresh."""
    parser = argparse.ArgumentParser(prog="python -m tools.api_types")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 when the file is stale")
    options = parser.parse_args(argv)
    text = types()
    if not options.check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{PAGE.relative_to(ROOT)} is stale: the API has changed; run `make generate`", file=sys.stderr)
    return 1


def description() -> dict[str, Any]:
    """The API's OpenAPI description. No database is opened: building the routes asks nothing of one."""
    deps = Deps(Database("dbname=none"), SystemClock(), ApiSettings())
    return create_app(deps).openapi()


def types() -> str:
    """The TypeScript text. Raises CalledProcessError with the generator's words on stderr."""
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "openapi.json", Path(folder) / "api.ts"
        source.write_text(json.dumps(description()), encoding="utf-8")
        subprocess.run(
            [str(GENERATOR), str(source), "--output", str(made), "--default-non-nullable", "false"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
        )
        return HEAD + made.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
