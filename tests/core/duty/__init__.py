"""Is duty kept as written: roster, swaps, hand-over, log, phone book?"""
