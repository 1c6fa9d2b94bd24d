"""TFLite files on LiteRT.js, in a real browser.

Door: `litertjs_browser` (the runtime). `vendor` holds the build of LiteRT.js that it runs. Imports
`tfjs` (the browser), `litert` and `bundle`.
"""
