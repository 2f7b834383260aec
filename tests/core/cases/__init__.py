"""Do cases keep their clocks, their chart and their walls?"""
