"""What `folkmoot check` looks at, one module a part of the world."""
