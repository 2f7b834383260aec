"""What is in store, who is sheltered, what is needed, and who lends it?"""

from mudan.api.joining import joined
from mudan.api.supplies import keeping, orders, places

router = joined(places.router, keeping.router, orders.router, tag="supplies")
