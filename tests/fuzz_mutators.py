"""Ways to damage a file: of bytes, of words, of JSON values, of an archive's members."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from numpy.random import Generator

Mutator = Callable[[Generator, bytes], bytes]
"""Gives another damaged form of a good content."""

NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e308", "-1", "0", "-0.0", "1e-320", "0.5", "true",
    "1000000000000", "9223372036854775808", "9" * 400, "1" + "0" * 5000,
)  # fmt: skip
NASTY = (
    *NUMBERS, "null", '""', '"\\ud800"', '"\\u0000"', '"../../x"', '"/etc/passwd"', '"a/b\\\\c"',
    '"\\u001b]0;x\\u0007[red]"', '"' + "x" * 3000 + '"', "[]", "{}", "[[]]", '{"": 0}', "[null]",
    "[" * 5000 + "]" * 5000, '{"a":' * 1000 + "1" + "}" * 1000, "[" + "0," * 2000 + "0]",
)  # fmt: skip


def bytewise(rng: Generator, good: bytes) -> bytes:
    """Bits turned, bytes replaced, pieces cut out, doubled, moved; or the end cut off."""
    content = bytearray(good)
    for _ in range(int(rng.integers(1, 5))):
        if not content:
            break
        start = int(rng.integers(len(content)))
        # Headers are at the beginning, and an archive's at its end.
        start = int(rng.choice([start, start % 128, max(0, len(content) - 1 - start % 128)]))
        length = int(rng.choice([1, 2, 4, 8, 64, 1000]))
        piece = slice(start, start + length)
        match int(rng.integers(7)):
            case 0:
                content[start] ^= 1 << int(rng.integers(8))
            case 1:
                content[piece] = rng.bytes(len(content[piece]))
            case 2:
                del content[start:]
            case 3:
                del content[piece]
            case 4:
                content[start:start] = content[piece]
            case 5:
                content[piece] = bytes([int(rng.choice([0, 255, 127, 128]))]) * len(content[piece])
            case 6:
                other = int(rng.integers(len(content)))
                content[start:start] = content[other : other + length]
    return bytes(content)


def textual(rng: Generator, good: bytes) -> bytes:
    """Words of a text replaced by nasty ones, lines doubled or left out."""
    lines = good.decode().splitlines()
    for _ in range(int(rng.integers(1, 4))):
        place = int(rng.integers(len(lines)))
        match int(rng.integers(4)):
            case 0:
                separator = "," if "," in lines[place] else " "
                words = lines[place].split(separator)
                words[int(rng.integers(len(words)))] = str(rng.choice([*NASTY, "\0", "ä", "0x1F"]))
                lines[place] = separator.join(words)
            case 1:
                lines.insert(place, lines[int(rng.integers(len(lines)))])
            case 2:
                del lines[place]
            case 3:
                lines[place] = lines[place] * int(rng.integers(2, 50))
        if not lines:
            break
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def jsonwise(rng: Generator, good: bytes) -> bytes:
    """Values of a JSON text replaced, moved, left out, doubled; keys renamed, or said twice."""
    content = json.loads(good)
    raw: dict[str, str] = {}

    def nasty() -> str:
        token = f"@@{len(raw)}@@"
        raw[json.dumps(token)] = str(rng.choice(NASTY))
        return token

    for _ in range(int(rng.integers(1, 4))):
        places = list(_places(content))
        if not places:
            break
        # Long lists of numbers would otherwise take nearly all of the damage.
        depth = int(rng.choice(sorted({len(path) for path in places})))
        chosen = [path for path in places if len(path) == depth]
        *steps, last = chosen[int(rng.integers(len(chosen)))]
        holder = content
        for step in steps:
            holder = holder[step]
        match int(rng.integers(6)):
            case 0 | 1:
                holder[last] = nasty()
            case 2:
                del holder[last]
            case 3:
                path = places[int(rng.integers(len(places)))]
                other = content
                for step in path:
                    other = other[step]
                holder[last] = json.loads(json.dumps(other))
            case 4:
                if isinstance(holder, dict):
                    holder[str(rng.choice(["", "more", "\0", str(last).upper()]))] = holder[last]
                else:
                    holder.insert(0, holder[last])
            case 5:
                if isinstance(holder[last], list):
                    holder[last] = holder[last] * int(rng.choice([2, 100]))
                elif isinstance(holder, dict):
                    again = f"@@{len(raw)}@@"
                    raw[json.dumps(again) + ": 0"] = f"{json.dumps(str(last))}: {rng.choice(NASTY)}"
                    holder[again] = 0
    text = json.dumps(content)
    for token, value in raw.items():
        text = text.replace(token, value)
    return text.encode("utf-8", "surrogatepass")


def _places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = content.items() if isinstance(content, dict) else enumerate(content)
    for step, held in steps:
        yield (*path, step)
        if isinstance(held, dict | list):
            yield from _places(held, (*path, step))


def zipwise(rng: Generator, good: bytes) -> bytes:
    """Members of an archive damaged, renamed, left out, claimed larger; digests fit again."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        files = {info.filename: archive.read(info) for info in archive.infolist()}
    name = str(rng.choice(list(files)))
    match int(rng.integers(5)):
        case 0:
            files[name] = bytewise(rng, files[name])
        case 1:
            del files[name]
        case 2:
            files[f"{name}x"] = files.pop(name)
        case 3:
            files[name] = files[str(rng.choice(list(files)))]
        case 4:
            files[name] = _other_header(rng, files[name])
    held = io.BytesIO()
    ways = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    with zipfile.ZipFile(held, "w", ways[int(rng.choice(4, p=[0.4, 0.4, 0.1, 0.1]))]) as archive:
        for member, content in files.items():
            archive.writestr(member, content)
    return bytewise(rng, held.getvalue()) if rng.random() < 0.2 else held.getvalue()


def _other_header(rng: Generator, npy: bytes) -> bytes:
    length = struct.unpack("<H", npy[8:10])[0]
    shapes = ("(1000000000000, 28, 28)", "(1000000, 28, 28)", "(-1,)", "()", "(0,)", f"({2**70},)",
              "(1, 1000000000)", "('a',)", "[3]", "(" * 200 + ")" * 200)  # fmt: skip
    kinds = ("'|O'", "'<U5000000'", "'|V900000000'", "'<f8'", "'|u1'", "[('a', '<f4')]", "'x'",
             "'<M8[s]'", "'|b1'", "'<c16'", "None")  # fmt: skip
    header = (
        f"{{'descr': {rng.choice(kinds)}, 'fortran_order': False, 'shape': {rng.choice(shapes)}}}"
    )
    if rng.random() < 0.3:
        header = bytewise(rng, npy[10 : 10 + length]).decode("latin1")
    text = header.encode("latin1").ljust(117) + b"\n"
    version = bytes([int(rng.choice([1, 1, 1, 2, 3, 9])), 0])
    size = struct.pack("<H" if version[0] == 1 else "<I", len(text))
    return npy[:6] + version + size + text + npy[10 + length :]


def graphwise(rng: Generator, good: bytes) -> bytes:
    """A TensorFlow graph that can be parsed, with nodes changed, rewired, renamed or left out."""
    from converters import frozen_graph

    graph = frozen_graph.parse(good)
    for _ in range(int(rng.integers(1, 4))):
        node = graph.node[int(rng.integers(len(graph.node)))]
        other = graph.node[int(rng.integers(len(graph.node)))]
        match int(rng.integers(7)):
            case 0:
                kinds = ("Relu", "MatMul", "Const", "Softmax", "Reshape", "While", "WriteFile",
                         "Conv2D", "NoOp", "ConcatV2", "Mean", "None")  # fmt: skip
                node.op = str(rng.choice(kinds))
            case 1 if node.input:
                node.input[int(rng.integers(len(node.input)))] = str(
                    rng.choice([node.name, other.name, f"{other.name}:7", f"^{other.name}", ""])
                )
            case 2:
                node.name = other.name
            case 3:
                graph.node.remove(node)
            case 4 if node.attr:
                del node.attr[str(rng.choice(sorted(node.attr)))]
            case 5 if node.op == "Const":
                tensor = node.attr["value"].tensor
                tensor.dtype = int(rng.integers(24))
            case _ if node.op == "Const":
                tensor = node.attr["value"].tensor
                for dimension in tensor.tensor_shape.dim:
                    dimension.size = int(rng.choice([-1, 0, 1, 3, 28, 2**31, 2**40, 2**62]))
                tensor.tensor_content = bytewise(rng, tensor.tensor_content)
    content: bytes = graph.SerializeToString(deterministic=True)
    return content


def gzipped(inner: Mutator) -> Mutator:
    """What `inner` does to the content of a gzip file."""
    return lambda rng, good: gzip.compress(inner(rng, gzip.decompress(good)), 1, mtime=0)
