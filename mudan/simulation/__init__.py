"""What happens in the make-believe county? Weather, rivers, roads and faults that all simulators share."""
