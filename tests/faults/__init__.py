"""Does the centre keep its promises while it, its database and its peers break?"""
