"""What do communities tell the centre: repair orders of property firms, and registers of households?"""
