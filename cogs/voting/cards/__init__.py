"""What is shown: pure functions from domain values to embeds that fit Discord's limits."""
