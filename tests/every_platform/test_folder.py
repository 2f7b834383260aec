"""Is a platform's folder whole: files, README, sources of its frames, page in two languages?"""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from mudan.run.discover import declared, names, validate
from tools.golden import PLATFORMS, cases

MODULES = ("platform", "model", "codec", "connector", "observations", "rules", "kpis", "simulator")
FILES = (
    "README.md",
    "__init__.py",
    "frames/SOURCES.md",
    "page/index.ts",
    "page/Page.vue",
    "page/messages.json",
    "page/page.test.ts",
)
# A platform that only declares feeds: the kit brings the rest.
OF_RECORDS = ("platform", "model")
FILES_OF_RECORDS = ("README.md", "__init__.py", "frames/SOURCES.md")
HEADINGS = (
    "What is connected",
    "Standard and clauses",
    "Covered",
    "Not covered",
    "Hook up a real one",
    "Quirks",
)


def test_every_folder_is_a_package() -> None:
    folders = {path.name for path in PLATFORMS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(names())


def test_no_file_is_missing(name: str) -> None:
    folder = PLATFORMS / name
    records = bool(declared(name).feeds)
    missing = [file for file in (FILES_OF_RECORDS if records else FILES) if not (folder / file).is_file()]
    missing += [
        f"{module}.py"
        for module in (OF_RECORDS if records else MODULES)
        if not (folder / f"{module}.py").is_file() and not (folder / module / "__init__.py").is_file()
    ]
    assert not missing, f"mudan/platforms/{name} lacks {', '.join(missing)}"


def test_tests_are_seen_by_the_import_contracts(name: str) -> None:
    holding = {path.parent for path in (PLATFORMS / name).rglob("*.py")}
    unseen = [str(folder) for folder in holding if not (folder / "__init__.py").is_file()]
    assert not unseen, f"no __init__.py in {', '.join(unseen)}"


def test_the_readme_has_every_heading(name: str) -> None:
    lines = (PLATFORMS / name / "README.md").read_text(encoding="utf-8").splitlines()
    titles = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
    missing = [heading for heading in HEADINGS if not any(heading in title for title in titles)]
    assert not missing, f"mudan/platforms/{name}/README.md lacks the headings {', '.join(missing)}"


def test_sources_name_every_frame(name: str) -> None:
    sources = (PLATFORMS / name / "frames" / "SOURCES.md").read_text(encoding="utf-8")
    found = cases(name)
    assert found, f"mudan/platforms/{name}/frames holds no golden frame"
    unnamed = [case.name for case in found if case.name not in sources]
    assert not unnamed, f"mudan/platforms/{name}/frames/SOURCES.md does not name {', '.join(unnamed)}"


def test_the_declaration_is_valid(name: str) -> None:
    platform = declared(name)
    problems = validate(platform)
    if platform.name != name:
        problems.append(f"{platform.name}: declared in the folder {name}")
    assert not problems, "\n".join(problems)


def test_the_simulator_is_there(listening: str) -> None:
    module = import_module(f"mudan.platforms.{listening}.simulator")
    assert callable(getattr(module, "simulator", None)), f"{module.__name__} has no simulator()"


def test_the_page_speaks_chinese_and_english(listening: str) -> None:
    messages = json.loads((PLATFORMS / listening / "page" / "messages.json").read_text(encoding="utf-8"))
    assert set(messages) == {"zh", "en"}
    assert keys(messages["zh"]) == keys(messages["en"])
    empty = [key for language in ("zh", "en") for key, words in leaves(messages[language]) if not words]
    assert not empty, f"nothing said for {', '.join(empty)}"


def keys(messages: dict[str, Any]) -> set[str]:
    """The dotted keys of a tree of messages."""
    return {key for key, _ in leaves(messages)}


def leaves(messages: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """The dotted keys of a tree of messages with their words."""
    found = []
    for key, value in messages.items():
        if isinstance(value, dict):
            found += leaves(value, f"{prefix}{key}.")
        else:
            found.append((prefix + key, str(value)))
    return found


def test_frames_come_in_pairs(name: str) -> None:
    folder: Path = PLATFORMS / name / "frames"
    answers = {path.stem for path in folder.glob("*.json")}
    assert answers == {case.name for case in cases(name)}
