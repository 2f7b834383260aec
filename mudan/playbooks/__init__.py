"""Which response plans are shipped? Files of data; the county replaces them by its own."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent


def texts() -> dict[str, str]:
    """The shipped plans by name, each as the text of its file."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.yaml"))}
