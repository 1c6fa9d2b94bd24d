"""Which trials of a space are carried out, and in what order.

Door: `searches` (`opened`); one file a search. A search gives one `generation` after another, and
is told what came of each. It decides by nothing else: the same answers give the same trials.
"""
