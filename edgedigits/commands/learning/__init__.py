"""Commands around a training: what there is to learn from, which models, and what they learned.

Each door is the function, or the group, of its command's name. Imports the shared options beside
this room, and the rooms below the commands only when a command runs.
"""
