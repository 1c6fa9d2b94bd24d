"""`edgedigits evaluate`."""

from __future__ import annotations

from contextlib import closing

from edgedigits.commands import options


def evaluate(
    model: options.Model = None,
    artifact: options.ArtifactId = None,
    dataset: options.Dataset = None,
    data_dir: options.DataDir = None,
    limit: options.Limit = None,
    json_file: options.JsonFile = None,
    input_range: options.InputRange = None,
) -> None:
    """Count a model's mistakes on pictures it was not trained on, and show what they are.

    Accuracy with its interval, precision and recall of every class, confusion matrix, calibration
    of the probabilities, and the most confident mistakes.
    """
    import numpy as np
    from rich.console import Console

    from edgedigits.datasets.dataset import blocks
    from edgedigits.reports import evaluation_report
    from edgedigits.verification import evaluation, unseen
    from edgedigits.verification.json_report import write_text

    with closing(options.open_predictor(model, artifact, input_range)) as opened:
        pictures = unseen.choose(
            opened.recorded,
            dataset,
            data_dir=data_dir,
            limit=limit,
            form=opened.form,
            classes=opened.classes,
        )
        answers = np.concatenate(
            [opened.probabilities(some) for some in blocks(pictures.split.images)]
        )
    found = evaluation.evaluate(answers, pictures.split.labels)
    evaluation_report.print_evaluation(found, opened.title, pictures, Console())
    if json_file is not None:
        write_text(json_file, evaluation_report.to_json(found, opened.title, pictures))
