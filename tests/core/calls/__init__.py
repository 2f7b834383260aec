"""Does a call chain reach everybody it can, and say whom it did not?"""
