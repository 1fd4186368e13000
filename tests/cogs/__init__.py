"""The cogs, driven through a simulated Discord as members and moderators would."""
