"""The log, results with their files, and what is stored on a member."""
