"""What is a fault, a record, a row that could not be used, a run and a delivery? Pure."""
