"""What is being dealt with, at which level, in which phase? Incidents and their append-only timeline."""
