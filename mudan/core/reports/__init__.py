"""What was told about an incident, to whom, by when? Calls taken down, reports sent, clocks, and the forms of command."""
