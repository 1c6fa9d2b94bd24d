"""Kits: a bundle's model as a folder that people of one platform drop into their project.

Door: `kits` (`KITS`, `find`, `write`). A kit is a module that gives files by path, a row in `kits`,
and templates in `templates/`, which are taken as they are. Imports `runtimes`, `bundle`, `picture`,
`converters`.
"""
