"""What is exchanged with systems that keep records, and what could not be used of it?"""

from mudan.api.joining import joined
from mudan.api.records import exchange, faults, keys, listing, push

router = joined(push.router, exchange.router, listing.router, faults.router, keys.router, tag="records")
