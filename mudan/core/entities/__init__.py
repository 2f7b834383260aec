"""What is there in the county? Stations, vehicles, places, with NGSI-LD names and WGS-84 places."""
