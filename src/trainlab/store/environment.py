"""Where a run ran: enough to tell whether another machine should give the same numbers."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["describe", "own_version"]

PACKAGES = ("numpy", "scipy", "scikit-learn", "pandas", "safetensors", "pydantic", "pillow")


def describe(device: str = "cpu") -> dict[str, Any]:
    """Describe this machine, the interpreter, the packages, and the state of the user's code."""
    import torch

    return {
        "trainlab": own_version(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "platform": platform.platform(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "device": device,
        "accelerator": _accelerator(device),
        "packages": {name: _version(name) for name in PACKAGES},
        "git": _git(),
    }


def own_version() -> str:
    """Give trainlab's version."""
    return _version("trainlab") or "unknown"


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


def _accelerator(device: str) -> str | None:
    import torch

    if device.startswith("cuda") and torch.cuda.is_available():
        return f"{torch.cuda.get_device_name(device)}, CUDA {torch.version.cuda}"
    return None


def _git() -> dict[str, Any] | None:
    """Describe the repository one stands in, if any: its commit, and whether files differ."""
    commit = _ask_git("rev-parse", "HEAD")
    if commit is None:
        return None
    changes = _ask_git("status", "--porcelain", "--untracked-files=no")
    return {
        "commit": commit,
        "changed": bool(changes),
        "branch": _ask_git("branch", "--show-current"),
    }


def _ask_git(*words: str) -> str | None:
    try:
        done = subprocess.run(["git", *words], capture_output=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").strip()
