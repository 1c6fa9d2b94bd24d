"""An export: from a float model to a released bundle, or to none.

Door: `export` (`export`) and `source` (`open_source`: a run, a SavedModel or a ready-made model).
`preparation` looks at the float model first, `no_digit` fits what is no digit, `release` puts what
passed in place and `rejection` the rest aside. Imports `training`, `verification`, `runtimes`,
`models`, `bundle`, `datasets`, `picture`, `converters`.
"""
