"""Finished results as words, JSON and JUnit. Nothing is computed here."""
