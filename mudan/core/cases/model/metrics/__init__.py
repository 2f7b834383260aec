"""How well does the loop of work do? What is counted, over which time, of whom, and by which formula. Pure."""
