"""How the float model and the artifacts are asked: in threads, over all cores of this machine.

Door: `execution` (artifacts on their runtimes) and `floats` (the float model beside them, whose
answers are `awaited`); `answer_table` holds answers, of which there may be many, and `asked_again`
finds interpreters that remember. Imports `runtimes`, `bundle`, `datasets` and
`verification.tally`.
"""
