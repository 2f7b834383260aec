"""What is to be done when something big happens? Plans (预案) as versioned data, and what they advise now."""
