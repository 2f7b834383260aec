"""How often may one address ask for what is public? A bucket of tokens for each, refilled as time goes by.

In memory and for a bounded number of addresses: a flood costs neither the database nor memory. No library: theirs
bring a clock of their own, and a test or a replay must own time.
"""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from mudan.primitives.errors import TooMany

PUBLIC_PREFIXES: Final = ("/feeds/", "/public/", "/api/public/", "/api/warnings/receipts", "/open311/")
PER_S: Final = 10.0  # 示例: many readers of a school or an office share one address
BURST: Final = 120.0
MOST: Final = 20_000
_V6_NETWORK: Final = 64  # one household or machine has a whole /64 (RFC 6177)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_s: float


class Rate:
    """Tokens by address; the address asked for the longest ago is forgotten first."""

    def __init__(self, per_s: float = PER_S, burst: float = BURST, most: int = MOST) -> None:
        self._per_s, self._burst, self._most = per_s, burst, most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(
        self, address: str, now_s: float, *, per_s: float | None = None, burst: float | None = None
    ) -> None:
        """Take one token of an address, or of any other name; raises TooMany with the seconds to wait.

        `per_s` and `burst` are its own where it is not to be measured as all others are.
        """
        name, per_s, burst = _network(address), per_s or self._per_s, burst or self._burst
        bucket = self._buckets.pop(name, None) or _Bucket(burst, now_s)
        bucket.tokens = min(burst, bucket.tokens + max(0.0, now_s - bucket.at_s) * per_s)
        bucket.at_s = now_s
        self._buckets[name] = bucket
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if bucket.tokens < 1:
            raise TooMany("too many requests from this address", retry_after_s=(1 - bucket.tokens) / per_s)
        bucket.tokens -= 1

    def give_back(self, address: str) -> None:
        """What was taken counts for nothing after all."""
        bucket = self._buckets.get(_network(address))
        if bucket is not None:
            bucket.tokens = min(self._burst, bucket.tokens + 1)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, _V6_NETWORK), strict=False))
    return str(parsed)
