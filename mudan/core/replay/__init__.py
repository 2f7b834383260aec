"""How did it look then? Any past period of one data space, bounded, from what was recorded."""
