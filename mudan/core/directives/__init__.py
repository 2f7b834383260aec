"""What must a department, a role, a group or a person do, by when, with what proof? (督办)"""
