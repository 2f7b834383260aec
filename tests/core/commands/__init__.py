"""Do commands travel and come back as receipts?"""
