"""Is each noun of the core right, on a real database?"""
