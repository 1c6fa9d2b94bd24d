"""Finished results as tables, plots, JSON and JUnit. Nothing is computed here.

Door: one file for each kind of result and form; `terminal` prints, `plots` saves, `plotting` says
which plots of a run there are. Imports the rooms whose results it shows.
"""
