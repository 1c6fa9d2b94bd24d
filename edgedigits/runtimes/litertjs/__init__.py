"""TFLite files on LiteRT.js, in a real browser.

Door: `litertjs_browser` (the runtime, and `library`). `vendor` holds the build of LiteRT.js that it
and pages run. Imports `tfjs` (the browser), `litert` and `bundle`.
"""
