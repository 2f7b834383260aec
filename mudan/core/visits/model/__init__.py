"""What is a visit, when is the next due, in which order are today's made, and which records does one serve?"""
