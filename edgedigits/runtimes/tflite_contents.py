"""What lies inside a TFLite file, held against the manifest that describes it."""

from __future__ import annotations

from converters import tflite_archive
from edgedigits import contract
from edgedigits.artifact import Artifact


def violations(content: bytes, artifact: Artifact) -> list[str]:
    """Where labels or facts in the file are not what the manifest says, one line each."""
    found = contract.violations(tflite_archive.facts(content), artifact)
    labels = tflite_archive.labels(content)
    if labels is not None and labels != artifact.labels:
        found.append(
            f"the labels inside the file are {' '.join(labels)}, "
            f"the manifest says {' '.join(artifact.labels)}"
        )
    return found
