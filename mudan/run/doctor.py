"""Is everything there that the centre needs? `mudan doctor`: one line a question, with what to do."""

import asyncio
import shutil
import socket
from collections.abc import Callable

import psycopg

from mudan.primitives.errors import MudanError
from mudan.run.discover import platforms, validate
from mudan.run.mailing import mail_sender, mail_server
from mudan.run.settings import Settings, settings_from
from mudan.storage.embedded import EmbeddedServer
from mudan.storage.migrate import migrations
from mudan.storage.pool import Database

FREE_BYTES = 2 << 30


def main(argv: list[str]) -> int:  # noqa: ARG001 - every command is called the same way
    """Answer every question; 0 when all is well, 1 otherwise."""
    try:
        settings = settings_from()
    except MudanError as error:
        print(f"✗ settings: {error.reason}")
        return 1
    questions: dict[str, Callable[[Settings], str]] = {
        "disk": _disk,
        "port": _port,
        "web pages": _web,
        "platforms": _platforms,
        "mail": _mail,
        "database": _database,
    }
    wrong = 0
    for name, ask in questions.items():
        try:
            print(f"✓ {name}: {ask(settings)}")
        except (MudanError, OSError, psycopg.Error) as error:
            wrong += 1
            print(f"✗ {name}: {error}")
    return 1 if wrong else 0


def _disk(settings: Settings) -> str:
    folder = settings.data if settings.data.exists() else settings.data.resolve().parent
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        raise MudanError(f"only {free >> 20} MiB free in {folder}; observations need room")
    return f"{free >> 30} GiB free"


def _port(settings: Settings) -> str:
    with socket.socket() as probe:
        if probe.connect_ex((settings.host, settings.port)) == 0:
            return f"{settings.port} answers: a centre is running"
    return f"{settings.port} is free"


def _web(settings: Settings) -> str:
    if not (settings.web_root / "index.html").exists():
        raise MudanError("the web pages are not built; run `make web`")
    return "built"


def _platforms(_: Settings) -> str:
    found = platforms()
    problems = [problem for platform in found for problem in validate(platform)]
    if problems:
        raise MudanError("; ".join(problems))
    return ", ".join(platform.name for platform in found)


def _mail(settings: Settings) -> str:
    server = mail_server(settings)
    if mail_sender(settings) is None:
        if server is not None:
            raise MudanError("set MUDAN_ORIGINS: without an address for their links no mail is sent")
        return "no mail is sent to reporters: MUDAN_ORIGINS is not set"
    return f"to {server.host}:{server.port}" if server else f"as files in {settings.data}/outbox/mail"


def _database(settings: Settings) -> str:
    if not settings.database_url:
        server = EmbeddedServer(settings.data)
        if server.pid() is None:
            return "embedded, not running"
        return asyncio.run(_answers(server.dsns().centre))
    return asyncio.run(_answers(settings.database_url))


async def _answers(dsn: str) -> str:
    db = Database(dsn, size=2)
    await db.open(wait_s=5.0)
    await db.close()
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "select max(number), current_setting('server_version') from migration"
        ).fetchone()
    seen, version = row if row else (0, "?")
    newest = migrations()[-1].number
    if seen < newest:
        raise MudanError(f"migration {newest:04d} has not run; run `mudan migrate`")
    return f"PostgreSQL {version}, migration {seen:04d}"
