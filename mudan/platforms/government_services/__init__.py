"""What do government services tell the county of their items, matters and reviews? 智慧政务."""
