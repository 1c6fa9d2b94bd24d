"""Damages to what a bundle promises as a whole."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from tampering import entry

from damages import paths
from damages.damage import USUAL, Break, Damage, bad
from edgedigits.bundle import bundle, golden
from edgedigits.bundle.golden import Golden

DT_FLOAT = 1


def held_in(folder: Path) -> Golden:
    manifest = bundle.read_manifest(folder)
    return golden.read(folder, manifest.form, len(manifest.labels))


def vectors(change: Callable[[Golden], Golden]) -> Break:
    """Changes the golden vectors, in both of their files alike."""
    return lambda _, folder: golden.write(change(held_in(folder)), folder)


def rolled(*names: str) -> Break:
    def change(held: Golden) -> Golden:
        turned = {name: np.roll(getattr(held, name), 1, axis=0) for name in names}
        return dataclasses.replace(held, **turned)

    return vectors(change)


def one_of_them_only(content: dict[str, Any], folder: Path) -> None:
    kept = (folder / "golden.npz").read_bytes()
    rolled("labels")(content, folder)
    (folder / "golden.npz").write_bytes(kept)


def golden_npz(**arrays: Callable[[Any], np.ndarray[Any, Any]]) -> Break:
    """Makes others of arrays of `golden.npz`, such as golden vectors never are."""

    def change(_: dict[str, Any], folder: Path) -> None:
        held = vars(held_in(folder))
        changed = {name: make(held[name]) for name, make in arrays.items()}
        np.savez_compressed(folder / "golden.npz", **{**held, **changed})

    return change


def garbage(name: str) -> Break:
    return lambda _, folder: (folder / name).write_bytes(bytes(range(256)) * 40)


def said(*path: str | int, **values: object) -> Break:
    """Changes fields of the manifest, below the steps of a path."""

    def change(content: dict[str, Any], _: Path) -> None:
        place: Any = content
        for step in path:
            place = place[step]
        place.update(values)

    return change


def threshold(**values: object) -> Break:
    """A rejection such as exports write, but for some of its values."""

    def change(content: dict[str, Any], _: Path) -> None:
        whole = {
            "temperature": 1.0,
            "threshold": 0.5,
            "sure": 0.75,
            "fitted_on": {"dataset": "mnist", "pictures": 1000, "held_out": True},
            "digits_rejected": {"pictures": 1000, "percent": 0.3},
            "digits_unsure": {"pictures": 1000, "percent": 0.7},
            "accepted": {},
        }
        content["reject"] = {**whole, **values}

    return change


def verified(status: str | None) -> Break:
    """Says that the bundle was verified, with records of another kind or none."""

    def change(content: dict[str, Any], _: Path) -> None:
        content["verified"] = True
        share = {"percent": 99.0, "low": 98.0, "high": 99.5}
        record = {
            "status": status,
            "runtime": "litert",
            "dataset": "pictures.npz",
            "fingerprint": "0" * 64,
            "pictures": 100,
            "float_accuracy": share,
            "accuracy": share,
            "drop_points": 0.0,
            "drop_upper_points": 0.1,
            "agreement_percent": 100.0,
            "max_difference": 0.0,
            "mean_difference": 0.0,
        }
        entry(content, USUAL)["verification"] = record if status else None

    return change


def sizes(**values: int) -> Break:
    """Sizes of the artifact's file, with totals that fit."""

    def change(content: dict[str, Any], _: Path) -> None:
        one = entry(content, USUAL)
        one.update(values)
        one["files"][0].update(values)

    return change


def nan_reference(_: dict[str, Any], folder: Path) -> None:
    from converters import frozen_graph

    path = folder / "reference" / "graph.pb"
    graph = frozen_graph.parse(path.read_bytes())
    for node in [node for node in graph.node if node.op == "Const"]:
        held = node.attr["value"].tensor
        if held.dtype == DT_FLOAT and held.tensor_content:
            numbers = len(held.tensor_content) // 4
            held.tensor_content = np.full(numbers, np.nan, np.float32).tobytes()
    path.write_bytes(graph.SerializeToString(deterministic=True))


DAMAGES: list[Damage] = [
    bad("golden vectors of noise", garbage("golden.npz"), "golden.npz"),
    bad("golden.json of noise", garbage("golden.json"), "golden.json is damaged"),
    bad("golden pictures rolled", rolled("images"), "are not those of every bundle"),
    bad("golden labels rolled", rolled("labels"), "are not those of every bundle"),
    bad(
        "golden pictures and probabilities rolled",
        rolled("images", "probabilities"),
        "are not those of every bundle",
    ),
    bad(
        "golden probabilities rolled",
        rolled("probabilities"),
        "of golden.npz are not those of ",
    ),
    bad(
        "golden probabilities of somebody sure",
        vectors(
            lambda held: dataclasses.replace(
                held,
                probabilities=np.eye(held.probabilities.shape[1], dtype=np.float32)[held.labels],
            )
        ),
        "are not those of the reference graph",
    ),
    bad("golden files differ", one_of_them_only, "and of golden.json differ"),
    bad("golden vectors gone", lambda c, _: c.update(golden=[]), "golden"),
    bad("golden.json alone", lambda c, _: c["golden"].pop(0), "golden"),
    bad(
        "golden vectors under other names",
        said("golden", 0, path="golden2.npz"),
        "golden vectors are golden.npz and golden.json",
        afterwards=True,
    ),
    bad(
        "golden probabilities NaN",
        golden_npz(probabilities=lambda held: np.full_like(held, np.nan)),
        "not finite",
    ),
    bad(
        "golden pictures of another size",
        golden_npz(images=lambda held: held[:, 4:-4]),
        "holds pictures uint8 [32, ",
    ),
    bad(
        "golden probabilities as float64",
        golden_npz(probabilities=lambda held: held.astype(np.float64)),
        "probabilities float64",
    ),
    bad("threshold 1", threshold(threshold=1), "reject"),
    bad("threshold NaN", threshold(threshold=float("nan")), "NaN"),
    bad("threshold below 0", threshold(threshold=-0.1), "reject"),
    bad("threshold above what is sure", threshold(sure=0.4), "sure is below threshold"),
    bad("threshold of what is sure 1", threshold(sure=1), "reject"),
    bad("temperature 1e-9", threshold(temperature=1e-9), "reject"),
    bad("temperature below 0", threshold(temperature=-1.0), "reject"),
    bad("temperature infinite", threshold(temperature=float("inf")), "Infinity"),
    bad("temperature enormous", threshold(temperature=1e30), "reject"),
    bad(
        "verified without a verification",
        verified(None),
        "verified is true, but tflite-int8 has no verification that it passed",
    ),
    bad(
        "verified on too few pictures",
        verified("not enough pictures"),
        "verified is true, but tflite-int8 has no verification that it passed",
    ),
    bad("verified with a failure", verified("fail"), "verification"),
    bad("a size that lies", sizes(size_bytes=5), "it has", afterwards=True),
    bad(
        "a compressed size that lies",
        sizes(gzip_bytes=5),
        "the manifest says 5",
        afterwards=True,
    ),
    bad(
        "a total that lies",
        said("artifacts", 0, size_bytes=5),
        "size_bytes of tflite-int8 is 5, its files have",
        afterwards=True,
    ),
    bad(
        "a compressed total that lies",
        said("artifacts", 0, gzip_bytes=5),
        "gzip_bytes of tflite-int8 is 5, its files have",
        afterwards=True,
    ),
    bad(
        "another graph_sha256",
        said("source", graph_sha256="0" * 64),
        "graph_sha256 is not the SHA-256 of the reference graph",
        afterwards=True,
    ),
    *paths.DAMAGES,
    bad("a reference of noise", garbage("reference/graph.pb"), "graph.pb"),
    bad(
        "a reference cut off", lambda _, f: os.truncate(f / "reference/graph.pb", 1000), "graph.pb"
    ),
    bad("a reference with NaN", nan_reference, "graph.pb answers with what is no number"),
    bad(
        "a reference without its output",
        said("reference", output_name="other"),
        "graph.pb",
    ),
    bad(
        "a reference of another shape",
        said("reference", input_shape=[28, 27, 1]),
        "the reference takes [28, 27, 1]",
    ),
    bad(
        "a dtype that is none",
        lambda c, _: entry(c, USUAL)["input"].update(dtype="picture"),
        "dtype",
    ),
    bad(
        "an output of another size",
        lambda c, _: entry(c, USUAL)["output"].update(shape=[1, 11]),
        "answers [1, 11]",
    ),
    bad(
        "a data set of 10^12 samples",
        said("dataset", samples=10**12),
        "samples",
    ),
]
