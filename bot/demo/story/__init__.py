"""The story that the demo tells: what members do, what they see, and what is checked of it."""
