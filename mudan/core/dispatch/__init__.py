"""Who gets there first, who else could, and what does sending them cost the others?"""
