"""Who voted, listed on public pages."""
