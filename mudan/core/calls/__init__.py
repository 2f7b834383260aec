"""Who calls whom until somebody answers? Call chains (叫应) from the county down to the household."""
