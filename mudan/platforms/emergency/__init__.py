"""What fires, leaks and warnings does the county hear of? GB/T 26875.3 devices and CAP feeds."""
