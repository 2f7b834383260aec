"""Where is everything kept? PostgreSQL: server, connections, units of work, migrations, bulk copy."""
