"""Pictures read by a model: any kind of model opened, any kind of picture answered.

Door: `predictor` (`open_predictor`) and `predictions` (answers for files). `inputs` finds pictures,
`bare_file` opens a model that has no bundle, `annotation` draws what was read. Imports `models`,
`runtimes`, `bundle`, `picture`, `datasets`, `converters`.
"""
