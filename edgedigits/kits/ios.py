"""The kit for iOS: a Swift package, one thin file around the C sources."""

from __future__ import annotations

from edgedigits.kits import c_sources, facts
from edgedigits.kits.subject import Subject

SOURCES = "Sources/CClassifier"
_PUBLIC = "CClassifier.h"


def files(subject: Subject) -> dict[str, bytes]:
    """The kit's files by path."""
    return {
        "README.md": facts.readme("ios", subject),
        "Package.swift": facts.template("ios", "Package.swift").encode(),
        "Sources/Classifier/Classifier.swift": facts.template("ios", "Classifier.swift").encode(),
        # The one header that Swift sees: it takes neither macros nor arrays of names.
        f"{SOURCES}/include/{_PUBLIC}": facts.template("ios", _PUBLIC).encode(),
        f"{SOURCES}/CClassifier.c": facts.template("ios", "CClassifier.c").encode(),
        **{f"{SOURCES}/{name}": content for name, content in c_sources.sources(subject).items()},
        f"{SOURCES}/selftest.h": facts.template("c", "selftest.h").encode(),
        f"{SOURCES}/golden.h": c_sources.golden(subject),
        f"{SOURCES}/photos.h": c_sources.photos(subject, subject.photos),
    }
