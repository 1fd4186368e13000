"""Real processes, killed at many moments; the facts afterwards."""
