"""Which exercises are shipped? Scripts of data; a county writes its own beside them."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent


def texts() -> dict[str, str]:
    """The shipped scripts by name, each as the text of its file."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.yaml"))}
