"""Does every connected platform keep the promises that all of them make?"""
