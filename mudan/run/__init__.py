"""Which processes does Mudan run as, and how are they started?"""
