"""A script of `deploy/`, which stands outside the package, as a module."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from app.platform.settings import ROOT


def deploy_module(path: str) -> ModuleType:
    """The script at this path below `deploy/`, loaded without being run as a command."""
    spec = importlib.util.spec_from_file_location(path.removesuffix(".py").replace("/", "_"), ROOT / "deploy" / path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
