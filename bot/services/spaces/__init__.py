"""What moderators configure."""
