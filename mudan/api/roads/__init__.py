"""Which roads are there, which are closed, and which way is the quickest?"""

from mudan.api.joining import joined
from mudan.api.roads import closures, ways
from mudan.api.roads.wire import router_of

__all__ = ["router", "router_of"]

router = joined(ways.router, closures.router, tag="roads")
