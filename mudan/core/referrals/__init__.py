"""Which cases were sent on to another authority's system, and what does that system say of them?"""
