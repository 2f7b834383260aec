"""Does the emergency platform keep the sheets of GB/T 26875.3 and CAP?"""
