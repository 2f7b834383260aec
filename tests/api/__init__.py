"""Does the API answer as its contract says, and refuse what it must?"""
