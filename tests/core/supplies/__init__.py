"""Do stock, shelters, needs and orders add up?"""
