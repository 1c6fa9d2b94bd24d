"""How the float model and the artifacts are asked: in threads of this machine, or by Ray.

Door: `executors` opens what does it, which is given a `work`: `threads` here, or the workers of a
cluster (`on_ray`, the only room that knows Ray). `execution` asks artifacts on their runtimes and
`floats` the float model beside them, whose answers are `awaited`; `answer_table` holds answers, of
which there may be many, and `asked_again` finds interpreters that remember. Imports `runtimes`,
`bundle`, `datasets` and `verification.tally`.
"""
