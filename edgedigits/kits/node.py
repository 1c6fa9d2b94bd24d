"""The kit for Node: an npm package whose test is the self-test."""

from __future__ import annotations

from edgedigits.kits import facts, javascript
from edgedigits.kits.subject import Subject


def files(subject: Subject) -> dict[str, bytes]:
    """The kit's files by path."""
    return {
        **javascript.files(subject),
        "README.md": facts.readme("node", subject),
        "test.js": facts.template("node", "test.js").encode(),
    }
