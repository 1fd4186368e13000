"""The pictures that Discord and the pages show alike, each a pure function of what it shows, drawn beside the bot."""
