"""The model card of a bundle: what its manifest knows, for people to read.

Sections after Mitchell et al. 2019, "Model Cards for Model Reporting" (FAT* 2019). Nothing is said
that the manifest does not say, and what it does not know is said to be unknown. Names are others':
they stand in code spans, where nothing is markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from edgedigits.bundle import bundle, contract
from edgedigits.bundle.bundle import Manifest
from edgedigits.datasets.dataset import DIGITS
from edgedigits.foreign_text import as_code
from edgedigits.picture.form import DIGIT_FIT

MOST_NAMES = 50
"""Classes that are told by name; a model may have thousands."""
UNKNOWN = "not stated"
KINDS = {"run": "run", "saved_model": "model", "ready": "ready-made"}
_LICENCES = {"ready": "the edgedigits authors, Apache-2.0"}
Lines = Iterable[str]


def text(manifest: Manifest) -> str:
    """The card as Markdown."""
    lines = [f"# Model card: {as_code(_name(manifest))}", "", _HEAD]
    for title, section in _SECTIONS.items():
        lines += ["", f"## {title}", "", *section(manifest)]
    return "\n".join(lines) + "\n"


_HEAD = (
    f"Written by edgedigits out of `{bundle.MANIFEST}`, with the sections of Mitchell et al. 2019, "
    '"Model Cards for Model Reporting". What is not stated here is not known to the manifest '
    f"either. `{bundle.BOM}` says the same to tools."
)


def _name(manifest: Manifest) -> str:
    source = manifest.facts["source"]
    return str(source["model"] or source["name"])


def _details(manifest: Manifest) -> Lines:
    source, tool, count = manifest.facts["source"], manifest.facts["tool"], len(manifest.labels)
    architecture = as_code(source["model"]) if source["model"] else UNKNOWN
    yield f"- Float model: {KINDS[source['kind']]} {as_code(source['name'])}"
    yield f"- Architecture: {architecture}"
    yield f"- SHA-256 of its frozen graph: `{source['graph_sha256']}`"
    yield f"- Takes: {contract.input_words(manifest.artifacts[0].pixels)}; {manifest.form} pictures"
    names = ", ".join(as_code(label) for label in manifest.labels[:MOST_NAMES])
    more = "" if count <= MOST_NAMES else f" and {count - MOST_NAMES:,} more in the manifest"
    yield f"- Answers: one number for each of {count:,} classes: {names}{more}"
    used = {"edgedigits": tool["version"], "Python": tool["python"], **tool["libraries"]}
    listed = ", ".join(f"{as_code(name)} {as_code(version)}" for name, version in used.items())
    yield f"- Made with: {listed}"
    yield f"- Who made the model, and its licence: {_LICENCES.get(source['kind'], UNKNOWN)}"
    yield ""
    yield "| artifact | file | bytes | takes | gives |"
    yield "|---|---|---:|---|---|"
    for each in manifest.artifacts:
        entry = as_code(each.entry, in_table=True)
        given = f"{each.output.dtype} {'logits' if each.logits else 'probabilities'}"
        yield f"| {each.id} | {entry} | {each.size_bytes:,} | {each.input.dtype} | {given} |"
    for each in manifest.artifacts:
        if each.repair is not None:
            yield ""
            yield f"{each.id} alone broke its budget; it is repaired: {as_code(each.repair.how)}"


def _use(manifest: Manifest) -> Lines:
    shown = "a picture"
    if manifest.form.fit == DIGIT_FIT:
        is_digits = sorted(manifest.labels) == sorted(DIGITS)
        shown = f"a picture of one handwritten {'digit' if is_digits else 'sign'}"
    yield f"- Saying which of its classes {shown} shows."
    if manifest.reject is None:
        yield "- Out of scope: pictures of anything else. They are given a class all the same."
    else:
        yield "- Out of scope: pictures of anything else. Answers below one limit are unsure, below"
        yield "  another no digit; how often that is right stands under quantitative analyses."
    yield f"- Uses that its makers had in mind or ruled out: {UNKNOWN}."


def _factors(_: Manifest) -> Lines:
    yield f"- Whose hands, cameras or surroundings its pictures come from: {UNKNOWN}."
    yield "- How a picture is prepared: it must be what the model takes (model details)."


def _metrics(_: Manifest) -> Lines:
    yield "Each artifact ran on the runtime named beside it, and was compared with the float model"
    yield "picture by picture: accuracy with its 95 % interval (Wilson), accuracy points lost with"
    yield "the upper end of their paired one-sided 95 % interval, agreement (the share of all"
    yield "pictures that both answer alike), and the largest difference in a probability."


def _evaluation(manifest: Manifest) -> Lines:
    if not manifest.verification:
        yield "None: nothing was verified when this was written."
        return
    sets = dict.fromkeys(
        (each["dataset"], each["fingerprint"], each["pictures"])
        for each in manifest.verification.values()
    )
    for name, fingerprint, pictures in sets:
        yield f"- {pictures:,} pictures of {as_code(name)}, whose SHA-256 is `{fingerprint}`"
    if manifest.dataset["trained_on"]:
        yield "- The model was trained on this data set; these pictures are of its test split."
    else:
        yield f"- Whether the model was trained on them: {UNKNOWN}."


def _training(manifest: Manifest) -> Lines:
    dataset, calibration = manifest.dataset, manifest.facts["calibration"]
    name = as_code(dataset["name"])
    if dataset["trained_on"]:
        drawn = f"{dataset['samples']:,} pictures, " if dataset["samples"] else ""
        told = f"{drawn}seed {dataset['seed']}, SHA-256 `{dataset['fingerprint']}`"
        yield f"- Training data: {name}, {told}"
    else:
        yield f"- Training data: {UNKNOWN}"
    if calibration is not None:
        drawn = f"{calibration['count']:,} pictures of the training split of {name}"
        yield f"- Ranges of quantized numbers: {drawn}, seed {calibration['seed']}"
    yield f"- Licence of the pictures: {UNKNOWN}"


def _figures(manifest: Manifest) -> Lines:
    if manifest.verification:
        yield "| artifact | runtime | float % | accuracy % | points lost | agree % | Δp | verdict |"
        yield "|---|---|---:|---:|---:|---:|---:|---|"
        yield from (_row(name, record) for name, record in manifest.verification.items())
        yield ""
        yield f"Figures of each class: `{bundle.REPORT_JSON}`."
    else:
        yield "Not verified; `edgedigits verify` compares every artifact with the float model."
    if (reject := manifest.facts.get("reject")) is not None:
        yield ""
        yield from _no_digit(reject)
    yield ""
    yield from _robustness(manifest.facts.get("robustness"))


def _row(name: str, record: dict[str, Any]) -> str:
    cells = (
        name,
        as_code(record["runtime"], in_table=True),
        _share(record["float_accuracy"]),
        _share(record["accuracy"]),
        f"{record['drop_points']:.2f} (≤ {record['drop_upper_points']:.2f})",
        f"{record['agreement_percent']:.2f}",
        f"{record['max_difference']:.2g}",
        record["status"],
    )
    return f"| {' | '.join(cells)} |"


def _share(share: dict[str, float]) -> str:
    return f"{share['percent']:.2f} ({share['low']:.2f} to {share['high']:.2f})"


def _no_digit(reject: dict[str, Any]) -> Lines:
    fitted, lost, unsure = (reject[n] for n in ("fitted_on", "digits_rejected", "digits_unsure"))
    seen = "held out of training" if fitted["held_out"] else "perhaps trained on"
    yield f"Not a digit: below {reject['threshold']:g}, unsure: below {reject['sure']:g}, at"
    yield f"temperature {reject['temperature']:g}, fitted on {fitted['pictures']:,} digits of"
    yield f"{as_code(fitted['dataset'])} ({seen})."
    yield f"Of {lost['pictures']:,} test digits {lost['percent']:g} % are told to be none, and"
    yield f"{unsure['percent']:g} % are unsure. Taken for a sure digit all the same, of drawn"
    yield "pictures of none:"
    yield ""
    for kind, share in reject["accepted"].items():
        yield f"- {as_code(kind)}: {share['percent']:g} % of {share['pictures']:,}"


def _robustness(measured: dict[str, Any] | None) -> Lines:
    if measured is None:
        yield "Robustness: not measured; `edgedigits robustness --record` does."
        return
    yield f"Robustness of {as_code(measured['artifact'])}: right of {as_code(measured['which'])}"
    yield f"pictures of {as_code(measured['dataset'])} (SHA-256 `{measured['fingerprint']}`),"
    yield f"each changed in one way, seed {measured['seed']}. Prepared: the first"
    yield f"{measured['prepared_pictures']:,} of them after picture preparation. The manifest has"
    yield "the 95 % intervals."
    yield ""
    yield "| pictures | right % | prepared % |"
    yield "|---|---:|---:|"
    for score in measured["scores"]:
        prepared = "" if score["prepared"] is None else f"{score['prepared']['percent']:.2f}"
        name = as_code(score["name"], in_table=True)
        yield f"| {name} | {score['accuracy']['percent']:.2f} | {prepared} |"


def _ethics(_: Manifest) -> Lines:
    yield f"{UNKNOWN.capitalize()}. The figures are of a data set as a whole: nothing is known here"
    yield "of groups of people in it, nor of what a wrong answer costs whom."


def _caveats(manifest: Manifest) -> Lines:
    yield "- Other pictures may be answered less well: `edgedigits evaluate --dataset` counts on"
    yield "  yours."
    yield f"- Check an installation on the device with the {manifest.golden_count:,} golden vectors"
    yield f"  in `{bundle.GOLDEN_JSON}`."
    yield "- The manifest's digests say that the files belong together. Whose they are, only a"
    yield f"  signature says (`{bundle.SIGNATURE}`, where there is one): `edgedigits verify --key`."


_SECTIONS: dict[str, Callable[[Manifest], Lines]] = {
    "Model details": _details,
    "Intended use": _use,
    "Factors": _factors,
    "Metrics": _metrics,
    "Evaluation data": _evaluation,
    "Training data": _training,
    "Quantitative analyses": _figures,
    "Ethical considerations": _ethics,
    "Caveats and recommendations": _caveats,
}
