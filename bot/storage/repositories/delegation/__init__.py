"""Delegation between members, and what the Delegate Registry's events say."""
