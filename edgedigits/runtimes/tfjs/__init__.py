"""TensorFlow.js graph models in Node and in a real browser.

Door: `tfjs_node` and `tfjs_browser` (the runtimes) and `graph_model` (a model's files read).
`vendor` holds the builds that Node runs. Imports `processes`, `bundle` and `converters`.
"""
