"""Models in WebAssembly, in Node and in a real browser, opened as their users open them.

Door: `wasm_node` and `wasm_browser` (the runtimes). Imports `tfjs` for Node and the browser.
"""
