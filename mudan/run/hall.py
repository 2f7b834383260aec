"""How do the demo's centre and its make-believe service hall know of each other? Environment, a push key, a port."""

import hashlib
import hmac
import os
import socket
from typing import Final

from mudan.connect.signing import secret_of
from mudan.core.records import actions as records
from mudan.core.records import queries
from mudan.primitives.clock import Clock
from mudan.run.serve import centre_secret
from mudan.run.settings import Settings
from mudan.storage.pool import Database

PLATFORM: Final = "government_services"
KEY: Final = "demohall00000001"
_PREFIX: Final = "MUDAN_GOVERNMENT_SERVICES_"


def hall_environment(settings: Settings) -> dict[str, str]:
    """What both sides are started with; whatever is set outside holds. With a real database set, no hall is played."""
    if os.environ.get(f"{_PREFIX}PULL_URL"):
        return {}
    secret = hmac.digest(centre_secret(settings), PLATFORM.encode(), hashlib.sha256)
    folder = settings.data.absolute()
    (folder / "hall").mkdir(mode=0o700, parents=True, exist_ok=True)
    told = {
        "PORT": str(settings.port),
        "FOLDER": str(folder / "records" / PLATFORM),
        "PULL_URL": f"sqlite:///{folder / 'hall' / 'hall.db'}",
        "PULL_MATTERS": "banjian",
        "CURSOR_MATTERS": "更新时间",
        "EVERY_S": "10",
        "AREA": "500231",
        "HOOK_URL": f"http://127.0.0.1:{_free_port()}/handling",
        "PUSH_KEY": KEY,
        "PUSH_SECRET": secret_of(secret, PLATFORM, KEY),
    }
    return {_PREFIX + name: os.environ.get(_PREFIX + name, value) for name, value in told.items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def issue_key(db: Database, clock: Clock) -> None:
    """The key by which the hall pushes; one that was ended stays so."""
    async with db.work() as connection:
        if KEY not in {row["id"] for row in await queries.keys(connection, PLATFORM)}:
            await records.issue_key(connection, PLATFORM, KEY, "演示数据", "demo", clock.now())
