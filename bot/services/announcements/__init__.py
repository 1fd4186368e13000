"""What is said unasked: the outbox, notices to moderators, proposal cards."""
