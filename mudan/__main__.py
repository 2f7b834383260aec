"""How is Mudan run without its command on the PATH? `python -m mudan …`."""

import sys

from mudan.run.cli import main

sys.exit(main())
