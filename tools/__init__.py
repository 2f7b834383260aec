"""Which small programs keep the house in order? Scaffold, generators, own lint rules."""
