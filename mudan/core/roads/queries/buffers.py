"""How does a closure take effect while questions go on? Two metrics: one is asked while the other is changed."""

import contextlib
import threading
from collections.abc import Iterator

from mudan.core.roads.model import Laid, Network, Weighed


class _Side:
    """A metric that one thread at a time may touch."""

    def __init__(self, weighed: Weighed) -> None:
        self.weighed = weighed
        self.lock = threading.Lock()


class Buffered:
    """One profile's metric, doubled. The second half is made when closures first change."""

    def __init__(self, network: Network, profile: str, under: Laid) -> None:
        self._network, self._profile = network, profile
        self._front = _Side(Weighed(network, profile, under))
        self._back: _Side | None = None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Weighed]:
        """The metric to ask now; no change touches it until the block ends."""
        side = self._front
        with side.lock:
            yield side.weighed

    def change(self, under: Laid) -> None:
        """Let other closures count. Questions are answered from before the change until it is whole."""
        if under == self._front.weighed.under:
            return
        back = self._back or _Side(Weighed(self._network, self._profile, under))
        with back.lock:
            back.weighed.change(under)
        self._front, self._back = back, self._front
