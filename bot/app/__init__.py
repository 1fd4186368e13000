"""Puts the parts together, and runs the calendar of what is looked for how often."""
