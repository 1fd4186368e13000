"""The bot as a client of Discord: what it carries, what it may do, which answers it sent."""
