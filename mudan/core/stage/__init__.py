"""How bad is it in the county, in one public word? The operational stage, set by a person, advised by the log."""
