"""Is a file of things counted in the field taken in as it should?"""
