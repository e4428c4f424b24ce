"""People: invitations, imports, cohorts, merging, administration, who looked at my record, data protection, backup."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

PARTS: tuple[str, ...] = (
    "models",
    "journal",
    "preferences_views",
    "privacy_views",
    "privacy_cli",
    "backup_cli",
    "invitation_views",
    "administration_views",
    "site_views",
    "import_views",
    "cohort_views",
    "merge_views",
    "seeing",
)
"""Modules of this package that bring a blueprint (`blueprint`), a command (`command`) or something to wire up (`init_app`)."""


def init_app(app: Flask) -> None:
    for name in PARTS:
        part = import_module(f"app.people.{name}")
        if blueprint := getattr(part, "blueprint", None):
            app.register_blueprint(blueprint)
        if command := getattr(part, "command", None):
            app.cli.add_command(command)
        if wire := getattr(part, "init_app", None):
            wire(app)
