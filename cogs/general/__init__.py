"""Help, and where everything that goes wrong ends up."""
