"""Which way is open, and how long does it take? Road networks, closures, and travel times under them."""
