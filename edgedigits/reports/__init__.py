"""Finished results as tables, plots, JSON, JUnit and HTML. Nothing is computed here.

Door: one file for each kind of result and form; `terminal` prints, `plots` saves, `plotting` says
which plots of a run there are, `html` is a room of its own. Imports the rooms whose results it
shows.
"""
