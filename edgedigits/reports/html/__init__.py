"""A verification as one HTML file that needs nothing else: `report` writes it.

`tables` says what stands in its tables, `curves` where the lines of its pictures run, `flips` which
pictures it shows, and `origin` what is known beside the answers; the template and the style sheet
beside them are its looks. Imports what its parent does.
"""
