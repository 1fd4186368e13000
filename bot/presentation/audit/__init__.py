"""What a check of the log found, in words."""
