"""A training: from a plan to a run, reproducibly and in legs that can be resumed.

Door: `training` (`plan`, `train`, `resume`) and `qat` (`tune`). A `plan` says everything, a
`training_set` gives batches (`augmentation`, `batches`), a `learner` learns from them, `run_writer`
writes what came out. Imports `verification`, `runtimes`, `models`, `bundle`, `datasets`,
`converters`.
"""
