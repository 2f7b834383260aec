"""What was measured, when, and how good is it? Columns in, history and latest values out."""
