"""Do incidents move on, close and remember as written?"""
