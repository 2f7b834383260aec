"""Does the kit keep its promises whatever a platform or the database does?"""
