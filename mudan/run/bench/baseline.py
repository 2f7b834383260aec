"""How fast is PostgreSQL alone on this machine? The same rows, by plain binary COPY into a like partition."""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np
import psycopg

from mudan.storage.copying import HEADER, packed

CHUNK: Final = 65_536
WIDTHS: Final = (("observed", ">i8"), ("received", ">i8"), ("value", ">f8"), ("entity", ">i4"),
                 ("quantity", ">i2"), ("space", ">i2"), ("quality", ">i2"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Copied:
    """What the plain COPY did."""

    rows: int
    seconds: float

    @property
    def rows_per_s(self) -> float:
        """Its rate."""
        return self.rows / self.seconds


def plain_copy(dsn: str, most: int) -> Copied:
    """Copy the observations that the centre stored, in their order, into a keyed partition of their own.

    One connection, one COPY, one transaction, as durable as the centre's (the server's own settings); packing
    with numpy is part of the time. Reads at most `most` rows first, which is not.
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "create table bench_copy (like observation including storage, unique (entity, quantity, observed_at))"
        )
        try:
            columns = _stored(connection, most)
            connection.execute("checkpoint")
            began_s = time.monotonic()
            with connection.cursor().copy("copy bench_copy from stdin (format binary)") as copy:
                for at in range(0, len(columns[0]), CHUNK):
                    data = packed([column[at : at + CHUNK] for column in columns])
                    copy.write(data[len(HEADER) if at else 0 : -2])
                copy.write(b"\xff\xff")
            return Copied(len(columns[0]), time.monotonic() - began_s)
        finally:
            connection.execute("drop table bench_copy")


def _stored(connection: psycopg.Connection, most: int) -> list[np.ndarray]:
    with connection.cursor().copy(
        "copy (select observed_at, received_at, value, entity, quantity, space, quality from observation"
        " limit %s) to stdout (format binary)",
        (most,),
    ) as copy:
        data = b"".join(bytes(part) for part in copy)
    fields: list[tuple[str, str]] = [("count", ">i2")]
    for name, kind in WIDTHS:
        fields += [(f"{name}_width", ">i4"), (name, kind)]
    row = np.dtype(fields)
    count = (len(data) - len(HEADER) - 2) // row.itemsize
    rows = np.frombuffer(data, row, count, len(HEADER))
    return [rows[name].astype(kind[1:]) for name, kind in WIDTHS]
