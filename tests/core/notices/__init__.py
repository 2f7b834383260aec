"""Does a notice reach somebody, and never anybody after it was answered?"""
