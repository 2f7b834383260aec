"""Is a register read, masked, opened and forgotten as it should be?"""
