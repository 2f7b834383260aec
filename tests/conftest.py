"""Which fixtures do all tests share? A real PostgreSQL, and asyncio as the one event loop."""

import pytest

from tests.database import app_client, database_dsns, database_server, fresh_database, restored, work

__all__ = ["app_client", "database_dsns", "database_server", "fresh_database", "restored", "work"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Tests marked `anyio` run on asyncio."""
    return "asyncio"
