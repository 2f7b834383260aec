"""What is the public warned of, by whom, and until when?"""
