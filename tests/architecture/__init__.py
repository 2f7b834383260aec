"""Is the house still built as it was drawn? Import contracts and the house's own lint rules."""
