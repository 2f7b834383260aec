"""How does the county hear its rivers, reservoirs and rain gauges? Hydrology telemetry after SL 651-2014."""
