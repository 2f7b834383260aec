"""Is a replay bounded, and does it give steps and tracks as they were?"""
