"""Work done by Ray: on the cores of this machine, or on those of a cluster.

The only modules that know Ray: `connection` starts or joins a cluster, `driver` hands out a work's
tasks and adds up what comes back, `tasks` is what the workers do, and `held` what they do it on.
Imports `runtimes`, `bundle`, `datasets` and `verification.tally`.
"""
