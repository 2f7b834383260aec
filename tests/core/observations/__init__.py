"""Are observations kept once, flagged but never dropped, and is the latest value the latest?"""
