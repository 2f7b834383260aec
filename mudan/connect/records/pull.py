"""How is another database's table or view read page by page, never twice and never written to?

    select * from T where c >= mark order by c limit N    the first page of a sweep: what came late with the same c
    select * from T where c >  last order by c limit N    every further page
    select * from T where c =  last                       when a page ends within one value of c

The mark is kept with the rows in one transaction, so a restart goes on where the last commit was.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from mudan.connect.cells import Row
from mudan.primitives.errors import Invalid, Unavailable

PAGE: Final = 2_000
MOST_OF_ONE: Final = 100_000  # rows with one value of the cursor
_READ_ONLY: Final = {"postgresql": {"postgresql_readonly": True}}
_BEFORE: Final = {"sqlite": "pragma query_only = on", "mysql": "set transaction read only"}


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the mark up to which the table is read once they are kept."""

    rows: list[Row]
    mark: str


class Table:
    """A table or view of another database. Blocks: call it in a thread. Raises Unavailable and Invalid."""

    def __init__(self, url: str, name: str, cursor: str, page: int = PAGE) -> None:
        self._name, self._cursor, self._page = name, cursor, page
        try:
            self._engine = sa.create_engine(url, pool_pre_ping=True, pool_size=1, max_overflow=0)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise Invalid(
                f"no database has this address: {type(error).__name__}", field="pull_url"
            ) from error
        self._table: sa.Table | None = None

    def sweep(self, mark: str | None) -> Iterator[Page]:
        """All pages past a mark; the first begins with the mark's own value again."""
        last, first = None if mark is None else _unmarked(mark), True
        while True:
            found = self._asked(last, first=first)
            if not found:
                return
            reached = found[-1][self._cursor]
            if len(found) == self._page:
                found = [row for row in found if row[self._cursor] != reached] + self._same(reached)
            yield Page([Row(number, _plain(row)) for number, row in enumerate(found, 1)], _marked(reached))
            if len(found) < self._page:
                return
            last, first = reached, False

    def close(self) -> None:
        """Let go of the connection."""
        self._engine.dispose()

    def _asked(self, last: Any, *, first: bool) -> list[dict[str, Any]]:
        table = self._reflected()
        column = table.c[self._cursor]
        wanted = sa.select(table).where(column.is_not(None)).order_by(column).limit(self._page)
        if last is not None:
            wanted = wanted.where(column >= last if first else column > last)
        return self._read(wanted)

    def _same(self, value: Any) -> list[dict[str, Any]]:
        table = self._reflected()
        found = self._read(sa.select(table).where(table.c[self._cursor] == value).limit(MOST_OF_ONE + 1))
        if len(found) > MOST_OF_ONE:
            raise Invalid(f"more than {MOST_OF_ONE} rows have one {self._cursor}", field=self._cursor)
        return found

    def _read(self, wanted: sa.Select[Any]) -> list[dict[str, Any]]:
        dialect = self._engine.dialect.name
        try:
            with self._engine.connect() as raw:
                connection = raw.execution_options(**_READ_ONLY.get(dialect, {}))
                if dialect in _BEFORE:
                    connection.execute(sa.text(_BEFORE[dialect]))
                return [dict(row) for row in connection.execute(wanted).mappings()]
        except SQLAlchemyError as error:
            raise Unavailable(_reason(error)) from error

    def _reflected(self) -> sa.Table:
        if self._table is None:
            schema, _, name = self._name.rpartition(".")
            try:
                table = sa.Table(name, sa.MetaData(), autoload_with=self._engine, schema=schema or None)
            except sa.exc.NoSuchTableError as error:
                raise Invalid(f"there is no table or view {self._name[:60]}", field="table") from error
            except SQLAlchemyError as error:
                raise Unavailable(_reason(error)) from error
            if self._cursor not in table.c:
                raise Invalid(f"{self._name[:60]} has no column {self._cursor[:60]}", field="cursor")
            self._table = table
        return self._table


def _reason(error: SQLAlchemyError) -> str:
    """What is wrong, without the address and its password."""
    return f"the other database does not answer: {type(error).__name__}"


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value if value is None or isinstance(value, str | int | float | bool | date) else str(value)


def _marked(value: Any) -> str:
    if isinstance(value, datetime | date):
        return json.dumps(["datetime" if isinstance(value, datetime) else "date", value.isoformat()])
    if isinstance(value, Decimal):
        return json.dumps(["decimal", str(value)])
    return json.dumps(["plain", value])


def _unmarked(mark: str) -> Any:
    kind, value = json.loads(mark)
    reads: dict[str, Any] = {
        "datetime": datetime.fromisoformat, "date": date.fromisoformat, "decimal": Decimal,
    }  # fmt: skip
    return reads[kind](value) if kind in reads else value
