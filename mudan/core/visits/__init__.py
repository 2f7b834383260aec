"""Who is to be visited when, what was found at the door, and which records does one entry serve?"""
