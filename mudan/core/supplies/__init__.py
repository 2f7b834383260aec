"""What is in store, who is sheltered, what is needed, and who lends it? Stock, shelters, needs, orders, EDXL-RM."""
