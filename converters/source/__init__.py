"""A model as somebody saved it: what it takes, what it answers with, and how it is called.

Door: `served` (`load`), `picture_input` and `class_output` (which input and output are meant, and
what is refused). Imports nothing of `converters` but `errors`.
"""
