"""Is the mail server really ready for us? The whole exchange up to, and without, a message: used by `flask doctor`; what went wrong, in a sentence."""

from __future__ import annotations

import smtplib
import socket
import ssl

from app.platform.mail.line import IMMEDIATE, connect
from app.platform.settings import Settings

TIMEOUT_SECONDS = 10


def trial(settings: Settings) -> tuple[bool, str]:
    """Connect, greet, encrypt and sign in as `line.Line` does. (all is well, the sentence that says what to mend)."""
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with connect(settings, TIMEOUT_SECONDS) as server:
            server.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return False, f"Courriel : {where} : {sentence(error)}"
    done = ["la connexion"]
    if settings.smtp_tls or settings.smtp_port == IMMEDIATE:
        done.append("le chiffrement")
    if settings.smtp_user:
        done.append("l’identifiant et le mot de passe")
    return True, f"Courriel : {where} accepte {', '.join(done)}."


def sentence(error: Exception) -> str:
    """What went wrong, and which setting to look at. The server's own words may repeat an identifier: they are left out."""
    first = error.__context__ if isinstance(error.__context__, TimeoutError) else error  # smtplib calls a silence a disconnection
    for kind, words in SENTENCES:
        if isinstance(first, kind):
            return words
    return f"échange interrompu ({type(error).__name__}) ; vérifiez CROISEE_SMTP_HOST et CROISEE_SMTP_PORT."


SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "identifiant ou mot de passe refusé ; vérifiez CROISEE_SMTP_USER et CROISEE_SMTP_PASSWORD."),
    (
        smtplib.SMTPNotSupportedError,
        "le serveur ne propose pas le chiffrement (STARTTLS) ou l’identification ; vérifiez CROISEE_SMTP_PORT et CROISEE_SMTP_TLS.",
    ),
    (ssl.SSLCertVerificationError, "le certificat du serveur n’est pas valable pour ce nom ; vérifiez CROISEE_SMTP_HOST, ou le certificat."),
    (ssl.SSLError, "le chiffrement échoue ; vérifiez CROISEE_SMTP_PORT (587 avec STARTTLS, 465 chiffré d’emblée)."),
    (smtplib.SMTPServerDisconnected, "le serveur coupe la connexion ; vérifiez CROISEE_SMTP_PORT et CROISEE_SMTP_TLS."),
    (smtplib.SMTPConnectError, "le serveur refuse la connexion ; il n’accepte peut-être pas cette machine."),
    (smtplib.SMTPHeloError, "le serveur refuse la salutation ; il n’accepte peut-être pas cette machine."),
    (socket.gaierror, "ce nom de serveur n’existe pas ; vérifiez CROISEE_SMTP_HOST."),
    (TimeoutError, "pas de réponse en dix secondes ; vérifiez le port et le pare-feu."),
    (ConnectionRefusedError, "rien n’écoute à cette adresse ; vérifiez CROISEE_SMTP_HOST et CROISEE_SMTP_PORT."),
)
"""The most precise first."""
