"""The files of a TensorFlow.js graph model, held against the manifest that describes them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from converters import targets
from converters.targets import Scheme
from converters.tfjs import graph_reader
from converters.tfjs.graph_reader import GraphFile
from edgedigits import json_file
from edgedigits.bundle import contract
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad
from edgedigits.runtimes import base

METADATA = "edgedigits"
KNOWN_KEYS = frozenset(
    {
        "convertedBy", "format", "generatedBy", "modelTopology", "signature",
        "userDefinedMetadata", "weightsManifest",
    }
)  # fmt: skip
OVERRIDING = ("signature", "structuredOutputKeys")
"""TensorFlow.js takes these from the metadata, before what stands in their own place."""
CONSTANT, INPUT = "Const", "Placeholder"
OPEN = -1
MAKE_ANEW = "make a new bundle: edgedigits export --target tfjs"
MOST_BYTES = 2**31 - 1
"""More than the one buffer that TensorFlow.js puts all weights into can have."""
# What every file system takes for the name of a file in this very folder, and pages can embed.
_PLAIN_NAME = re.compile(r"\w[\w .()+-]{0,199}", re.ASCII)


def check_shards(path: Path, artifact: Artifact) -> None:
    """The `model.json` at `path` must be a graph model of one input and one output, and every
    weight shard that it reads one the manifest lists and long enough.

    Raises:
        DataBad: it is not.
    """
    model = _read(path)
    listed = {Path(file.path).name for file in artifact.files}
    read = {shard for group in model.groups for shard in group.paths}
    if strange := sorted(read - listed):
        raise DataBad(
            f"{path} reads {strange[0]}, which the manifest does not list",
            MAKE_ANEW,
        )
    for side, tensors in (("input", model.inputs), ("output", model.outputs)):
        if len(tensors) != 1:
            raise DataBad(
                f"{path}: its signature has {len(tensors)} {side}s, a classifier has one", MAKE_ANEW
            )
    for group in model.groups:
        found, said = _bytes(path, group.paths), group.size_bytes
        if said is not None and found < said:
            raise DataBad(
                f"{path}: its weights have {said:,} bytes, {' '.join(group.paths)[:80]} {found:,}",
                MAKE_ANEW,
            )


def shards(path: Path) -> list[str]:
    """Names of the weight files that the `model.json` at `path` reads, all of them beside it.

    Raises:
        DataBad: it names none, or one that is no plain file in its folder.
    """
    names = [name for group in _read(path).groups for name in group.paths]
    for name in names:
        if _PLAIN_NAME.fullmatch(name) is None:
            raise DataBad(f"{path} reads {name!r}, which is no plain name beside it", MAKE_ANEW)
    if not names:
        raise DataBad(f"{path} names no weights", MAKE_ANEW)
    return list(dict.fromkeys(names))


def sizes(path: Path, names: Sequence[str]) -> list[int]:
    """Bytes of the files beside the `model.json` at `path`, found without opening any.

    Raises:
        DataBad: one is missing, is no file, or larger than anything that runs.
    """
    found = []
    for name in names:
        place = path.with_name(name)
        if not place.is_file():
            raise DataBad(f"{path} reads {name}, which is no file beside it", MAKE_ANEW)
        found.append(place.stat().st_size)
    if sum(found) > MOST_BYTES:
        raise DataBad(f"{path} and its weights have {sum(found):,} bytes", MAKE_ANEW)
    return found


def scheme_of(path: Path) -> Scheme | None:
    """The scheme in which most weights of the `model.json` at `path` are stored; None for another.

    Raises:
        DataBad: the file is no graph model.
    """
    model = _read(path)
    schemes = targets.TARGETS["tfjs"].schemes
    return next((each for each in schemes if not _scheme_violations(model, each)), None)


def contract_violations(path: Path, artifact: Artifact) -> list[str]:
    """Where signature, graph, weights and facts are not what the manifest says, or more than that.

    Raises:
        DataBad: the file is no graph model.
    """
    model = _read(path)
    found = []
    for what, tensors, said in (
        ("input", model.inputs, artifact.input),
        ("output", model.outputs, artifact.output),
    ):
        for tensor in tensors[:1]:
            shape = tensor.shape
            if artifact.finish is None and shape[:1] == (OPEN,):
                shape = (1, *shape[1:])  # other programs leave the number of pictures open
            found += base.shape_violations(what, tensor.name, shape, said.name, said.shape)
    found += [
        f"model.json has a part {key!r:.40} that no export writes"
        for key in model.keys
        if key not in KNOWN_KEYS
    ]
    found += _graph_violations(model)
    found += _weight_violations(path, model, artifact)
    found += _facts_violations(model, artifact)
    return found + _scheme_violations(
        model, targets.TARGETS[artifact.target].scheme(artifact.scheme)
    )


def _read(path: Path) -> GraphFile:
    try:
        return graph_reader.read(json_file.read_bytes(path))
    except OSError as error:
        raise DataBad(f"{path} cannot be read: {error.strerror}", MAKE_ANEW) from error
    except ValueError as error:
        raise DataBad(f"{path} is damaged: {error}", MAKE_ANEW) from error


def _bytes(path: Path, shards: tuple[str, ...]) -> int:
    try:
        return sum((path.parent / shard).stat().st_size for shard in shards)
    except (OSError, ValueError) as error:
        raise DataBad(f"{path} reads a shard that is not there", MAKE_ANEW) from error


def _graph_violations(model: GraphFile) -> list[str]:
    """The signature must be of the graph's own ends, and all of the graph lead from one to the
    other."""
    nodes = {node.name: node for node in model.nodes}
    found = []
    if len(nodes) < len(model.nodes):
        found.append("two nodes of the graph have the same name")
    placeholders = [node.name for node in model.nodes if node.operation == INPUT]
    for tensor in model.inputs:
        if [tensor.node] != placeholders:
            found.append(
                f"the input of the file's signature is {tensor.tensor!r:.80}, "
                f"its graph takes {' '.join(map(repr, placeholders[:3])) or 'nothing'}"
            )
    for tensor in model.outputs:
        readers = [node.name for node in model.nodes if tensor.node in node.inputs]
        if tensor.node not in nodes:
            found.append(f"the output of the file's signature, {tensor.tensor!r:.80}, is no node")
        elif readers:
            found.append(
                f"the output of the file's signature is {tensor.tensor!r:.80}, "
                f"which {readers[0]!r:.80} reads on"
            )
    needed = {tensor.node for tensor in (*model.inputs, *model.outputs)}
    waiting = list(needed)
    while waiting:
        node = nodes.get(waiting.pop())
        fresh = set() if node is None else set(node.inputs) - needed
        needed |= fresh
        waiting += fresh
    if idle := sorted(set(nodes) - needed):
        found.append(f"{len(idle)} of {len(nodes)} nodes lead to no answer: {idle[0]!r:.80}")
    if lost := sorted(needed - set(nodes)):
        found.append(f"the graph reads {lost[0]!r:.80}, which it does not have")
    return found


def _weight_violations(path: Path, model: GraphFile, artifact: Artifact) -> list[str]:
    found = []
    constants = {
        node.name for node in (*model.nodes, *model.functions) if node.operation == CONSTANT
    }
    names = Counter(weight.name for weight in model.weights)
    if unread := sorted(set(names) - constants):
        found.append(f"{len(unread)} weights are read by no node: {unread[0]!r:.80}")
    if missing := sorted(constants - set(names)):
        found.append(f"{len(missing)} nodes have no weights: {missing[0]!r:.80}")
    if twice := [name for name, count in names.items() if count > 1]:
        found.append(f"weights {twice[0]!r:.80} are there {names[twice[0]]} times")
    paths = Counter(shard for group in model.groups for shard in group.paths)
    if shared := [shard for shard, count in paths.items() if count > 1]:
        found.append(f"{shared[0]!r:.80} is read {paths[shared[0]]} times")
    if any(not group.weights for group in model.groups):
        found.append("a group of weight files holds no weights")
    for group in model.groups:
        held, said = _bytes(path, group.paths), group.size_bytes
        if said is not None and held != said:
            found.append(
                f"{' '.join(group.paths)[:80]} has {held:,} bytes, its weights have {said:,}"
            )
    read = {path.name, *paths}
    strange = [each.path for each in artifact.files if Path(each.path).name not in read]
    return found + [f"nothing reads {each!r:.80}" for each in strange]


def _facts_violations(model: GraphFile, artifact: Artifact) -> list[str]:
    demanded = artifact.finish is not None and artifact.finish.metadata
    found = [
        f"the metadata in model.json has a part {key!r:.40} that nothing asks for"
        for key in model.metadata
        if key in OVERRIDING or (demanded and key != METADATA)
    ]
    if METADATA not in model.metadata:
        return [*found, "the facts are missing from model.json"] if demanded else found
    try:
        facts: Any = json.loads(model.metadata[METADATA])
    except (ValueError, TypeError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        return [*found, "the facts in model.json are damaged"]
    return found + contract.violations(facts, artifact)


def _scheme_violations(model: GraphFile, scheme: Scheme) -> list[str]:
    """Most numbers of the layers' weights must be stored as the scheme says, and none in another
    smaller type. Biases may stay as they are."""
    counted: Counter[str] = Counter()
    for weight in model.weights:
        if weight.type == "float32" and len(weight.shape) > 1:
            counted[weight.stored] += weight.count
    total = sum(counted.values())
    other = [kind for kind in counted if kind not in (scheme.weights, "float32")]
    if not total or (2 * counted[scheme.weights] > total and not other):
        return []
    kind = other[0] if other else "float32"
    return [
        f"{counted[kind]:,} of {total:,} weights of its layers are {kind}; "
        f"scheme {scheme.name} means {scheme.weights}"
    ]
