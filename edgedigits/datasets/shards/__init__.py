"""Labelled pictures in shards: files of some thousand each, in a folder or an object store.

Door: `shards.load`; `writing.write` makes them. `index` says what there is, `store` reads it from
where it lies, `npz_shard` and `tar_shard` are the two kinds of a shard. Nothing in a shard is
looked at before its digest has been held against the index.
"""
