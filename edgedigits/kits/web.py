"""The kit for the web: modules for any page or bundler, with a page that runs the self-test."""

from __future__ import annotations

from edgedigits.kits import facts, javascript
from edgedigits.kits.subject import Subject


def files(subject: Subject) -> dict[str, bytes]:
    """The kit's files by path."""
    return {
        **javascript.files(subject),
        "README.md": facts.readme("web", subject),
        "selftest.html": facts.template("web", "selftest.html").encode(),
    }
