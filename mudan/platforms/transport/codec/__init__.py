"""How do bytes become JT/T 808 messages, and messages bytes? Pure; `frame` draws the frame."""
