"""Which fixtures do all tests share? A real PostgreSQL, and asyncio as the one event loop."""

import os

import pytest
from hypothesis import settings

from tests.database import app_client, database_dsns, database_server, fresh_database, restored, work

__all__ = ["app_client", "database_dsns", "database_server", "fresh_database", "restored", "work"]

# The same examples on every machine, so that a change is judged by itself; MUDAN_SEEK=1 looks for new ones.
settings.register_profile("steady", derandomize="MUDAN_SEEK" not in os.environ)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Tests marked `anyio` run on asyncio."""
    return "asyncio"
