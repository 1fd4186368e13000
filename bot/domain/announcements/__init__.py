"""What is to be said unasked."""
