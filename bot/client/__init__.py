"""The bot as a Discord client: its commands, its permissions, the responses it sent."""
