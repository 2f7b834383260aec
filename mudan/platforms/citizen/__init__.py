"""Which requests of citizens and firms do other systems hold, and what becomes of them? Open311 in and out."""
