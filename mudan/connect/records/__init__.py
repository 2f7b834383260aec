"""How do records of another system reach the centre without a line of code: by files, by SQL, by HTTP, and back?"""
