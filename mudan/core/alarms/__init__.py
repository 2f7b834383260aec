"""What is wrong now, who knows, and is it silenced? ISA-18.2 alarms on three axes."""
