"""Are messages of government services understood as their sources mean them?"""
