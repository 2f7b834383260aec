"""Do orders reach their crews and move on once, in order?"""
