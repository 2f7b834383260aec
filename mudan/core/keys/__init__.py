"""Who outside may speak to the centre by a key, how often, and since when no more?"""
