"""Pictures for Discord and the pages: each is a pure function of its values, drawn in a process of its own."""
