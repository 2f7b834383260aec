"""Does the transport platform do what its files say?"""
