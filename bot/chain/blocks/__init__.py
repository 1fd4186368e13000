"""Which block it is: final, confirmed by several endpoints, fit for a vote."""
