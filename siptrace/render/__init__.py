"""Ladders, calls and messages as text and as data."""
