"""What is a case: its type, its chart, its clocks, whose it is, and what it resembles? Pure."""
