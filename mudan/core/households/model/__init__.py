"""What is a household, which row of a register is one, and for which purpose is it opened?"""
