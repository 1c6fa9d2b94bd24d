"""What runs artifacts: LiteRT, its GPU, microcontrollers' interpreter, Node, C, and a browser."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from functools import partial
from pathlib import Path

from edgedigits.doctor import finding
from edgedigits.doctor.finding import Check, run
from edgedigits.errors import EdgeDigitsError


def litert() -> Check:
    """Whether the interpreter of `.tflite` files loads."""
    code = "from ai_edge_litert.interpreter import Interpreter"
    found = run([sys.executable, "-P", "-c", code])
    if found.failure is None:
        return Check("LiteRT", "ok", "the interpreter loads")
    remedy = 'pip install --force-reinstall "ai-edge-litert>=2.1,<3"'
    return Check("LiteRT", "broken", found.failure, remedy)


def gpu() -> Check:
    """Whether LiteRT finds a GPU, or a stand-in for one."""
    from contextlib import closing

    from edgedigits.runtimes.litert.gpu_process import GpuProcess
    from edgedigits.runtimes.processes import chromium

    look = partial(Check, "GPU", required=False)
    try:
        with closing(GpuProcess(deadline_s=finding.SECONDS)) as gpu:
            return look("ok", f"LiteRT computes on {gpu.backend.device} ({gpu.backend})")
    except EdgeDigitsError as error:
        needed = "needed only to verify .tflite files on a GPU"
        return look("optional", f"{error.message}; {needed}", chromium.install_command())


def micro() -> Check:
    """Whether the interpreter of microcontrollers is here and loads."""
    from edgedigits.runtimes.micro import micro_process

    look = partial(Check, micro_process.DISTRIBUTION, required=False)
    try:
        version = importlib.metadata.version(micro_process.DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        needed = "needed only to verify .tflite files for microcontrollers"
        return look("optional", f"none here; {needed}", micro_process.INSTALL)
    code = f"from {micro_process.PACKAGE}.python.tflite_micro import runtime"
    found = run([sys.executable, "-P", "-c", code])
    if found.failure is not None:
        remedy = f"pip install --force-reinstall {micro_process.DISTRIBUTION}"
        return look("broken", found.failure, remedy)
    return look("ok", version)


def node() -> Check:
    """Whether the Node that runs models of TensorFlow.js and WebAssembly starts."""
    from edgedigits.runtimes.tfjs import node_process
    from edgedigits.runtimes.tfjs.node import INSTALL_NODE, find_node

    try:
        node = find_node()
    except EdgeDigitsError as error:
        return Check("Node", "missing", error.message, INSTALL_NODE)
    found = run([str(node), "--version"])
    if found.failure is not None:
        return Check("Node", "broken", f"{node}: {found.failure}", INSTALL_NODE)
    if not node_process.RUNNER.is_file():
        detail = f"{node_process.RUNNER} is missing from the installation"
        return Check("Node", "broken", detail, "pip install --force-reinstall edgedigits")
    return Check("Node", "ok", f"{found.output} at {node}")


def compiler() -> Check:
    """Whether there is a C compiler."""
    from edgedigits.runtimes.c import compiler

    look = partial(Check, "C compiler", required=False)
    try:
        found = compiler.find()
    except EdgeDigitsError as error:
        needed = "needed only for models in C"
        return look("optional", f"{error.message}; {needed}", compiler.INSTALL)
    return look("ok", found.name)


def cortex_m() -> Check:
    """Whether there are a compiler and an emulator for microcontrollers."""
    from edgedigits.runtimes.c import board

    look = partial(Check, "Cortex-M", required=False)
    try:
        return look("ok", board.find(board.USUAL).versions)
    except EdgeDigitsError as error:
        return look("optional", f"{error.message}; needed for nothing else", board.install())


_WHERE_IS_CHROMIUM = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
_FOR_BROWSERS = "needed only to verify models in a browser"


def playwright() -> Check:
    """Whether a browser can be driven."""
    from edgedigits.runtimes.processes import chromium

    look = partial(Check, "Playwright", required=False)
    remedy = chromium.INSTALL_PLAYWRIGHT
    try:
        version = importlib.metadata.version("playwright")
    except importlib.metadata.PackageNotFoundError:
        return look("optional", f"none here; {_FOR_BROWSERS}", remedy)
    found = run([sys.executable, "-P", "-c", _WHERE_IS_CHROMIUM])
    if found.failure is not None:
        return look("broken", found.failure, f"pip install --force-reinstall {remedy.split()[-1]}")
    return look("ok", version)


def browser() -> Check:
    """Whether there is a browser to drive."""
    from edgedigits.runtimes.processes import chromium

    look = partial(Check, "Chromium", required=False)
    install = chromium.install_command()
    try:
        browser = chromium.find()
    except EdgeDigitsError as missing:
        if os.environ.get(chromium.ENVIRONMENT):
            return look("broken", missing.message, install)
        # Starting Playwright only to ask where its own would be takes a moment.
        own = run([sys.executable, "-P", "-c", _WHERE_IS_CHROMIUM])
        if own.failure is not None or not Path(own.output).is_file():
            return look("optional", f"none here; {_FOR_BROWSERS}", install)
        browser = Path(own.output)
    answer = run([str(browser), "--version"])
    if answer.failure is not None:
        return look("broken", f"{browser}: {answer.failure}", install)
    return look("ok", f"{answer.output} at {browser}")
