"""What verification must catch, kind by kind."""
