"""Are records kept once, do they open and move cases, and is every answer told once?"""
