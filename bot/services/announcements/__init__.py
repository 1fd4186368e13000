"""What is said unasked: the outbox, what is announced of a proposal, notices to moderators."""
