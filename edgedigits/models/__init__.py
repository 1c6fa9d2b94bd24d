"""Architectures with their recipes, and weights that are known without a training.

Door: `models` (`MODELS`, `find`); one file an architecture, and `network` for those that are
described in a line. `ready` opens the models that travel with the package, `weights_text` softmax
regression as text, `first_layer` what a model looks for.
Imports `bundle` and `datasets`.
"""
