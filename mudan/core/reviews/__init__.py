"""What can be learned from an incident? The after-action report that the log itself writes."""
