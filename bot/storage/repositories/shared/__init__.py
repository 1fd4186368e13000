"""What several repositories need."""
