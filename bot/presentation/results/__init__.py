"""A proposal's votes and result as every surface shows them: worked out once, with labels as members wrote them."""
