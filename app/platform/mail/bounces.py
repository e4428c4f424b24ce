"""Reads delivery reports (RFC 3464) from a mailbox and marks the addresses that fail, where a setting gives one; and `flask mail send`."""

from __future__ import annotations

import email
import mailbox
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from email.message import Message
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.platform import clock, log
from app.platform.db import writing
from app.platform.french import plural
from app.platform.mail import delivery, outbox
from app.platform.mail.outbox import sender_domain
from app.platform.settings import Settings, current_settings


def take(settings: Settings, now: datetime) -> int:
    """Read the mailbox: each report on an email of ours marks its addresses and is removed; all else stays, read. Returns how many were marked."""
    folder = Path(settings.bounces)
    if not settings.bounces or not folder.is_dir():
        return 0
    marked = 0
    with closing(mailbox.Maildir(folder, create=True)) as box:
        for key in box.keys():  # noqa: SIM118 — a Maildir is no dict: iterating gives messages
            found = list(failures(email.message_from_bytes(box.get_bytes(key)), sender_domain(settings)))
            if not found:
                continue
            with writing() as session:
                for address, words in found:
                    delivery.mark(session, address, words, now)
            box.discard(key)
            marked += len(found)
    if marked:
        log.event("mail_bounced", addresses=marked)
    return marked


def failures(message: Message, domain: str) -> Iterator[tuple[str, str]]:
    """(address, what was said) of each recipient whom an email of this domain will never reach; nothing of delays, nor of somebody else's emails."""
    parts = list(message.walk())
    if not any(str(part.get("Message-ID", "")).strip().endswith(f"@{domain}>") for part in _original_parts(parts)):
        return
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            for block in part.walk():
                action, status = str(block.get("Action", "")).strip().lower(), str(block.get("Status", "")).strip()
                if action == "failed" and status.startswith("5"):
                    yield _after(block.get("Final-Recipient", "")).lower(), f"{status} {_after(block.get('Diagnostic-Code', ''))}".strip()


def _original_parts(parts: list[Message]) -> Iterator[Message]:
    """The email that came back, whole or by its head."""
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            yield email.message_from_string(str(part.get_payload()))
        elif part.get_content_type() == "message/rfc822":
            yield from part.walk()


def _after(field: object) -> str:
    """« rfc822; a@b.fr » → « a@b.fr »."""
    return str(field).partition(";")[2].strip()


# --- `flask mail send` ---


@click.group()
def mail() -> None:
    """Courriels en attente."""


@mail.command()
@with_appcontext
def send() -> None:
    """Lire les retours, puis envoyer ce qui attend ; ce qui échoue sera retenté plus tard."""
    if marked := take(current_settings(), clock.now()):
        click.echo(plural(marked, "adresse qui ne reçoit pas", "adresses qui ne reçoivent pas"))
    done = outbox.send_pending(clock.now())
    click.echo(f"{plural(done.sent, 'envoyé')}, {done.failed} à retenter, {plural(done.refused, 'refusé')}, {plural(done.abandoned, 'abandonné')}")
