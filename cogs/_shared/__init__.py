"""What all cogs use: replies, forms and buttons, options, numbers and times in words."""
