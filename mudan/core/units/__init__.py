"""Who can be sent? Responders with capabilities, crew, home, live position and derived status."""
