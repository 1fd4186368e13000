"""Who votes for whom: between members, and as the Delegate Registry on chain says."""
