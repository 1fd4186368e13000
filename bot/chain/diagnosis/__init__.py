"""Diagnosis of endpoints: what an operator has to know before members notice."""
