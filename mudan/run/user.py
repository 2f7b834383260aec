"""How does the first administrator come in? `mudan user add LOGIN …`; passwords are generated, never chosen here."""

import argparse
import asyncio
import sys

from mudan.core.people import actions as people
from mudan.core.people import queries
from mudan.core.people.model import Role
from mudan.primitives.clock import SystemClock
from mudan.primitives.errors import MudanError, NotFound
from mudan.run.serve import database
from mudan.run.settings import settings_from
from mudan.storage.pool import Database


def main(argv: list[str]) -> int:
    """Make an account, give a new password, or list accounts. 0 when done, 1 when refused."""
    options = _parser().parse_args(argv)
    try:
        with database(settings_from()) as dsn:
            print(asyncio.run(_do(options, dsn)))
    except MudanError as error:
        print(f"mudan user: {error.reason}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mudan user")
    verbs = parser.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", help="make an account; prints its generated password once")
    add.add_argument("login")
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--area", required=True, help="division code, e.g. 500231")
    add.add_argument("--department")
    password = verbs.add_parser("password", help="give a new password; ends the person's sessions")
    password.add_argument("login")
    verbs.add_parser("list", help="all accounts")
    return parser


async def _do(options: argparse.Namespace, dsn: str) -> str:
    db = Database(dsn, size=2)
    await db.open()
    try:
        if options.verb == "list":
            async with db.work() as connection:
                return "\n".join(
                    f"{one.login}\t{one.role.value}\t{one.area_code}\t{one.name}"
                    for one in await queries.people(connection)
                )
        secret, secret_hash = await people.generated_password()
        async with db.work() as connection:
            if options.verb == "add":
                new = people.NewPerson(
                    options.login, options.name, Role(options.role), options.area, options.department
                )
                await people.create_person(connection, None, new, secret_hash)
            else:
                found = [one for one in await queries.people(connection) if one.login == options.login]
                if not found:
                    raise NotFound("there is no such login")
                now = SystemClock().now()
                await people.reset_password(connection, None, found[0].id, secret_hash, now)
        return f"{options.login}\t{secret}"
    finally:
        await db.close()
