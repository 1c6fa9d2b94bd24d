"""Float models in TensorFlow: a bundle's reference, and SavedModels.

Door: `float_process` (the reference, in a fork), `float_model` and `saved_model`. Imports
`processes`, `bundle`, `datasets` and `converters`.
"""
