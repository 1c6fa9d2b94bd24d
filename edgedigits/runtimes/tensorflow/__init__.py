"""Float models in TensorFlow: a bundle's reference, and SavedModels.

Door: `float_process` (the reference, in a fork), `float_model`, which asks many pictures at a time
where a `batched_graph` answers as one of each does, and `saved_model`. Imports `processes`,
`bundle`, `datasets` and `converters`.
"""
