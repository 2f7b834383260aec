"""Does Mudan do what it says? Tests of everything that is not one platform's own business."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # pytest alone does not find tools/, python -m pytest does
