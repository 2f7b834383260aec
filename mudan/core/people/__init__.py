"""Who may see and do what, and what did they do? Departments, users, roles, sessions, audit."""
