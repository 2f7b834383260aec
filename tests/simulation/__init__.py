"""Does the make-believe county keep its promises: its shape, its storm, its roads, its repeatability?"""
