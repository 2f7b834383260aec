"""Which things of the county were counted in the field, and how does a file of them become entities?"""
