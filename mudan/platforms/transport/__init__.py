"""What moves on the roads? Vehicles whose terminals speak JT/T 808."""
