"""Which words does the water platform use? Frames, messages, elements, quantities."""
