"""Has the audit trail been touched? Each record's hash covers the one before it.

hash(n) = SHA-256( hash(n-1) ‖ UTF-8 of record(n) )        hash(0) is empty
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

GENESIS: Final = b""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One line of the trail. `record` is the text that was hashed; the other fields must say the same."""

    seq: int
    at: datetime
    actor: str
    actor_id: UUID | None
    action: str
    object: str
    detail: Any
    space: int
    record: str
    previous: bytes
    hash: bytes


def chained(previous: bytes, record: str) -> bytes:
    """The hash of a record after the one before it."""
    return hashlib.sha256(previous + record.encode()).digest()


def chain_fault(line: AuditRecord, expected_seq: int, previous: bytes) -> str:
    """What is wrong with a line that should follow `previous`; empty when nothing is."""
    if line.seq != expected_seq:
        return "a record is missing"
    if line.previous != previous:
        return "the record does not follow the one before it"
    if line.hash != chained(previous, line.record):
        return "the record does not fit its hash"
    if _columns(line) != json.loads(line.record):
        return "the columns do not say what the record says"
    return ""


def _columns(line: AuditRecord) -> dict[str, Any]:
    return {
        "seq": line.seq,
        "at": line.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": line.actor,
        "actor_id": None if line.actor_id is None else str(line.actor_id),
        "action": line.action,
        "object": line.object,
        "detail": line.detail,
        "space": line.space,
    }
