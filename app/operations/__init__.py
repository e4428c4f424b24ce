"""What runs the site: prepare, doctor, gunicorn's settings.

In front of the site stand `deploy/nginx.conf` and `deploy/pgbouncer.ini`; `deploy/install.py` sets up a machine. What the doctor looks at is in `CHECKS` of `doctor.py`, and
of `machine.py` for the machine. A command that starts without the pages of the site is a line of `WITHOUT_PAGES` in `shell.py`, where no other package hears what it does.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from app.operations import doctor, jobs, prepare, starting, watching
    from app.operations.backup import cli as backup
    from app.operations.demonstration import accounts, load
    from app.platform import hooks

    backup.init_app(app)
    prepare.init_app(app)
    jobs.init_app(app)
    watching.init_app(app)
    app.cli.add_command(doctor.doctor)
    app.cli.add_command(prepare.media)
    app.cli.add_command(load.demo)
    hooks.forget_address.give(app, accounts.forget_address)
    app.cli.add_command(starting.serve)
