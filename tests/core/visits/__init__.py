"""Are visits planned, ordered, entered once and served to every record?"""
