"""What is a county made of, and what happens to a signal in it? One folder a noun, in the order of a datum's life."""
