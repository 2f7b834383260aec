"""What does urban management speak of, in its own words?"""
