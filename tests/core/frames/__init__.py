"""Are frames kept as they came?"""
