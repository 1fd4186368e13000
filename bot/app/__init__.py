"""Composition of all parts, and the schedule of jobs."""
