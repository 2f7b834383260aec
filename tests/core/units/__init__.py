"""Is the right unit proposed, with the reasons in words?"""
