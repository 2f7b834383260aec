"""Which words do government services use, and which records do they keep? Pure."""
