"""TensorFlow.js graph models in Node and in a real browser.

Door: `tfjs_node` and `tfjs_browser` (the runtimes), `graph_model` (a model's files read), `node`
and `browser_process` (what `wasm` and `litertjs` run in too). `vendor` holds the builds that Node
runs. Imports `processes`, `bundle` and `converters`.
"""
