"""How do columns become PostgreSQL's binary COPY format without a Python call per value?"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # signature, no flags, no extension
TRAILER: Final = b"\xff\xff"
POSTGRES_EPOCH_US: Final = 946_684_800_000_000  # 2000-01-01 UTC, from where timestamptz counts


def packed(columns: Sequence[npt.NDArray[Any]]) -> bytes:
    """One COPY BINARY stream of fixed-width columns of one length (int16, int32, int64 or float64).

    A timestamptz column is int64 microseconds since 2000-01-01 UTC.
    """
    fields: list[tuple[str, str]] = [("count", ">i2")]
    for number, column in enumerate(columns):
        fields += [(f"width{number}", ">i4"), (f"value{number}", f">{column.dtype.str[1:]}")]
    rows = np.empty(len(columns[0]), np.dtype(fields))
    rows["count"] = len(columns)
    for number, column in enumerate(columns):
        rows[f"width{number}"] = column.dtype.itemsize
        rows[f"value{number}"] = column
    return b"".join((HEADER, rows.tobytes(), TRAILER))
