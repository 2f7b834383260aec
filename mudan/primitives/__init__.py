"""Which words does every layer share? Time, units of measure, places, identifiers, errors, text."""
