"""What an operator has to know of endpoints before members notice."""
