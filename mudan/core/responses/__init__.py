"""Which plan is the county acting on, at which level, decided by whom, and what came of it?"""
