"""Do entities come to be known without harm to others?"""
