"""Who is on duty, what do they hand over, and what was written down? Roster, phone book, hand-over, log."""
