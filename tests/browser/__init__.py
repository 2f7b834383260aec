"""What does a person see? The demo as a newcomer starts it, in the real browser."""
