"""What every surface shows alike: Discord, pages and the command line."""
