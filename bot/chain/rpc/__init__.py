"""Endpoints: transport of requests, faults, and failover between several endpoints."""
