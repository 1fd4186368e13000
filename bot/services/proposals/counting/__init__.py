"""Counting a vote: rereading the power of all voters, what that changes, and who is told."""
