"""The page on which a member's wallet signs their ballot."""
