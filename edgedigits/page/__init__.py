"""The demo page with somebody's models in it: as a folder, as one file, or served.

Door: `demo` (`open_models`, `write_page`), `single_file` (`write`) and `serve` (`listen`). Imports
`reading`, `runtimes`, `bundle`, `datasets`, `picture`, `converters`.
"""
