"""Is what is special about communities as it should be?"""
