"""Is the database brought forward, cut into days and written to as promised?"""
