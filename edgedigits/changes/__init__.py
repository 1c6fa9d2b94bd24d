"""What changed from one bundle to another, and whether the newer one is no worse.

Door: `changes` (`compare`: the artifacts of two bundles in pairs). `contracts`, `operations` and
`bench_record` tell what is changed besides the answers. Imports `verification`, `runtimes`,
`bundle`, `converters`.
"""
