"""How is the centre spoken to? HTTP, NGSI-LD and the live stream: one file a noun, one table of errors."""
