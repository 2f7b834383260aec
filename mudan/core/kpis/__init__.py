"""How is the county doing? Indicators as data: formula, denominator, window, unit, version."""
