"""A search among trainings: many trials, each a training and what is made of it, and a choice.

Door: `specification` (`read`: what a file asks for), `searches` (`opened`: which trials those are),
`executors` (who carries them out) and `sweep` (`sweep`: all of it, a `choice` and its release). Of
each setting a value of its `axes` makes a trial of the `space`; `layers` are axes of a model. A
`trial` is known by a digest of all that decides its result, and the `store` keeps it under that;
`carrying_out` is what is done for one, in a fork of `trial_worker`, of which `attempts` may be
lost. Where nothing is chosen, `groups` of trials are compared. Imports `bench`, `export`,
`training`, `models`, `verification`, `runtimes`, `bundle`, `datasets`.
"""
