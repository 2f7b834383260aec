"""Who lives where, how much of it may be seen, and who looked at it for which purpose?"""
