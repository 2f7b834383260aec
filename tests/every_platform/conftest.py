"""Over what is each test of every platform repeated? Its folder, its golden frames."""

import pytest

from mudan.run.discover import declared, names
from tools.golden import cases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`name` runs over the platforms, `listening` over those with a wire of their own, `case` over golden frames."""
    if "listening" in metafunc.fixturenames:
        metafunc.parametrize("listening", [name for name in names() if declared(name).port is not None])
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", names())
    if "case" in metafunc.fixturenames:
        found = [case for name in names() for case in cases(name)]
        metafunc.parametrize("case", found, ids=str)
