"""The file that runs a verification on Kubernetes is one that KubeRay takes.

Names and types of fields are those of `RayJobSpec` and `RayClusterSpec` in KubeRay's `ray.io/v1`
(Apache-2.0; read in `ray-operator/apis/ray/v1` at 0057210 and 026f143), told here in our own words:
its resource definition is a megabyte. Of a pod's fields only those in use are known.
"""

from __future__ import annotations

import copy
import importlib
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer

from edgedigits.cli import app

PROJECT = Path(__file__).parents[2]
FOLDER = PROJECT / "docs" / "rayjob"
TEXT, TRUTH, WORDS = {"type": "string"}, {"type": "boolean"}, {"additionalProperties": True}
NUMBER = {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}
SHARE = {"type": "number"}
TEXTS = {"type": "object", "additionalProperties": TEXT}
QUANTITY = {"type": ["string", "integer"], "pattern": r"^\d+(\.\d+)?([KMGTPE]i|[munkMGTPE])?$"}
QUANTITIES = {"type": "object", "additionalProperties": QUANTITY}


def form(required: str = "", /, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def some(item: Any) -> dict[str, Any]:
    return {"type": "array", "items": item, "minItems": 1}


CONTAINER = form(
    "name image",
    name={"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength": 63},
    image=TEXT,
    envFrom=some(form(secretRef=form("name", name=TEXT, optional=TRUTH))),
    resources=form(limits=QUANTITIES, requests=QUANTITIES),
)
TEMPLATE = form("spec", spec=form("containers", containers=some(CONTAINER)))
GROUP = {"rayStartParams": TEXTS, "template": TEMPLATE}
CLUSTER = form(
    "headGroupSpec",
    rayVersion=TEXT,
    headGroupSpec=form(
        "rayStartParams template", serviceType=TEXT, headService=WORDS, enableIngress=TRUTH, **GROUP
    ),
    workerGroupSpecs=some(
        form(
            "groupName maxReplicas minReplicas rayStartParams template",
            groupName=TEXT,
            replicas=NUMBER,
            minReplicas=NUMBER,
            maxReplicas=NUMBER,
            numOfHosts=NUMBER,
            scaleStrategy=WORDS,
            **GROUP,
        )
    ),
    enableInTreeAutoscaling=TRUTH,
    autoscalerOptions=WORDS,
    headServiceAnnotations=TEXTS,
    suspend=TRUTH,
)
SPEC = form(
    **dict.fromkeys(("activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"), NUMBER),
    **dict.fromkeys(
        ("entrypoint", "runtimeEnvYAML", "jobId", "entrypointResources", "managedBy", "schedule"),
        TEXT,
    ),
    **dict.fromkeys(("shutdownAfterJobFinishes", "suspend"), TRUTH),
    **dict.fromkeys(("metadata", "clusterSelector"), TEXTS),
    **dict.fromkeys(("entrypointNumCpus", "entrypointNumGpus"), SHARE),
    **dict.fromkeys(("deletionStrategy", "submitterPodTemplate"), WORDS),
    submissionMode={"enum": ["K8sJobMode", "HTTPMode", "InteractiveMode"]},
    submitterConfig=form(backoffLimit=NUMBER),
    rayClusterSpec=CLUSTER,
)
JOB = form(
    "apiVersion kind metadata spec",
    apiVersion={"const": "ray.io/v1"},
    kind={"const": "RayJob"},
    metadata=form("name", name={"type": "string", "maxLength": 47}, namespace=TEXT),
    spec=SPEC,
)


@pytest.fixture(scope="module")
def job() -> Any:
    # Ray and the interpreter of microcontrollers bring it along.
    yaml: Any = importlib.import_module("yaml")
    return yaml.safe_load((FOLDER / "rayjob.yaml").read_text("utf-8"))


def test_it_is_a_rayjob(job: Any) -> None:
    jsonschema.validate(job, JOB)


def workers(job: Any) -> Any:
    return job["spec"]["rayClusterSpec"]["workerGroupSpecs"][0]


@pytest.mark.parametrize(
    "damage",
    [
        lambda job: job.update(kind="RayCluster"),
        lambda job: job["spec"].update(entryPoint="edgedigits"),
        lambda job: job["spec"].update(ttlSecondsAfterFinished="600"),
        lambda job: job["spec"]["rayClusterSpec"].pop("headGroupSpec"),
        lambda job: workers(job).pop("groupName"),
        lambda job: workers(job)["rayStartParams"].update({"num-cpus": 8}),
        lambda job: workers(job)["template"]["spec"]["containers"][0].pop("image"),
        lambda job: workers(job)["template"]["spec"]["containers"][0]["resources"]["limits"].update(
            memory="16 GB"
        ),
    ],
)
def test_what_is_none_is_refused(job: Any, damage: Callable[[Any], object]) -> None:
    damaged = copy.deepcopy(job)
    damage(damaged)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(damaged, JOB)


def test_its_command_is_one_of_ours_and_its_ray_the_one_that_is_tested(job: Any) -> None:
    program, name, *words = shlex.split(job["spec"]["entrypoint"])
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    assert program == "edgedigits"
    command.make_context(name, words)
    (ray,) = re.findall(r"^ray==(.+)$", (PROJECT / "constraints.txt").read_text("utf-8"), re.M)
    assert job["spec"]["rayClusterSpec"]["rayVersion"] == ray
    assert f"'ray[default]=={ray}'" in (FOLDER / "Dockerfile").read_text("utf-8")


def test_both_groups_run_the_same_image(job: Any) -> None:
    head = job["spec"]["rayClusterSpec"]["headGroupSpec"]
    images = {each["template"]["spec"]["containers"][0]["image"] for each in (head, workers(job))}
    assert len(images) == 1
