"""Over what is each test of every platform repeated? Its folder, its golden frames."""

import pytest

from mudan.run.discover import names
from tools.golden import cases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`name` runs over the platforms, `case` over the golden frames of all."""
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", names())
    if "case" in metafunc.fixturenames:
        found = [case for name in names() for case in cases(name)]
        metafunc.parametrize("case", found, ids=str)
