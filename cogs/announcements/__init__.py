"""The bot's voice, and where it speaks."""
