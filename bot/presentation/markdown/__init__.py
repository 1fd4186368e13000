"""What members write: the Markdown that is shown as formatting, and what is made harmless in it."""
