"""Who commands on the spot? Command posts with working groups, seats, and recorded transfers of command."""
