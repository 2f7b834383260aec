"""What is special to the water platform, and does it hold?"""
