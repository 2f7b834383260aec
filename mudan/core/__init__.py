"""What is a county made of, and what happens to a signal in it? One folder a noun, in a datum's order."""
