"""SavedModel -> TensorFlow.js graph model.

Door: `tfjs` (`convert`) and, for those who read such files, `graph_reader`. Imports what lies
beside this room in `converters`.
"""
