"""What is in store, sheltered, needed and lent? Types, the chart of orders, the messages of EDXL-RM."""
