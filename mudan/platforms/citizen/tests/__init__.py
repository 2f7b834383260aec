"""Does the Open311 client pull once, go on after a restart, and tell its updates until they are taken?"""
