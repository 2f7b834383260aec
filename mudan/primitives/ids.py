"""How are things named so that two machines never give the same name?"""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562 §5.7): sorts by the time it was made."""
    ms = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (ms & 0xFFFF_FFFF_FFFF) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def urn(entity_type: str, local: str) -> str:
    """The NGSI-LD name of an entity, `urn:ngsi-ld:{type}:{local}` (ETSI GS CIM 009 §4.6.2)."""
    return f"urn:ngsi-ld:{entity_type}:{local}"
