"""What Discord shows and hears: one file for each capability."""
