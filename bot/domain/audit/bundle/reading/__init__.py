"""Reading a bundle that anybody may have written."""
