"""Are directives issued, done, checked, chased and repeated as written?"""
