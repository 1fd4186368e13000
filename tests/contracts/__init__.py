"""Our contracts do what their words say, and are what the compiler makes of them."""
