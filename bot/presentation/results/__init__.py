"""A proposal's standing and result, computed once for every surface, with labels as members wrote them."""
