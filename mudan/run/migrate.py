"""How is the database brought forward? `mudan migrate`, run as the owner, before the centre starts."""

import sys

import psycopg

from mudan.primitives.errors import MudanError
from mudan.run.settings import settings_from
from mudan.storage.embedded import EmbeddedServer
from mudan.storage.migrate import migrate


def main(argv: list[str]) -> int:
    """Run what is missing and say what ran. 0 when the database is up to date, 1 when it cannot be."""
    if argv:
        print("mudan migrate takes no arguments; MUDAN_MIGRATION_URL names the database", file=sys.stderr)
        return 2
    settings = settings_from()
    server = None if settings.migration_url else EmbeddedServer(settings.data)
    was_running = server is not None and server.pid() is not None
    try:
        owner = settings.migration_url or (server.start().owner if server else "")
        ran = migrate(owner)
    except (MudanError, psycopg.Error) as error:
        print(f"mudan migrate: {error}", file=sys.stderr)
        return 1
    finally:
        if server is not None and not was_running:
            server.stop()
    print("\n".join(f"ran {name}" for name in ran) or "the database is up to date")
    return 0
