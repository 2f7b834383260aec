"""Do alarms rise, repeat, go and wait for people as ISA-18.2 asks?"""
