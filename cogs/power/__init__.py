"""A member's voting power, with every part and the reason where it is zero."""
