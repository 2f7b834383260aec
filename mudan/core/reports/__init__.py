"""What was told of an incident, to whom, by when? Calls taken down, reports sent, clocks, and forms."""
