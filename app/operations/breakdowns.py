"""What stops a database or a disk, and what to do about it, in a sentence for whoever runs the site."""

from __future__ import annotations

import errno

from sqlalchemy.exc import SQLAlchemyError

from app.platform.db.engines import Trouble, trouble

DAMAGED = "La base est abîmée : arrêtez le site, mettez son fichier de côté et restaurez une sauvegarde (docs/exploitants/sauvegarde.md, « Restaurer »)."
FULL = "Le disque est plein : faites de la place, puis recommencez."
BUSY = "Un autre processus écrit dans la base : arrêtez le site, ou attendez, puis recommencez."
FORBIDDEN = "Ce compte n’a pas le droit de lire ou d’écrire là : prenez celui qui sert le site, ou corrigez les droits."
READ_ONLY = "Lecture seule : rendez le fichier et son dossier accessibles en écriture au compte qui sert le site."
UNREADABLE = "Le disque ne lit ou n’écrit pas comme il faut : vérifiez-le, et la place qui y reste, avant toute autre chose."

_OF_THE_DATABASE = {Trouble.BUSY: BUSY, Trouble.DAMAGED: DAMAGED, Trouble.FULL: FULL, Trouble.READ_ONLY: READ_ONLY}
_OF_THE_SYSTEM = {errno.EACCES: FORBIDDEN, errno.EPERM: FORBIDDEN, errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: READ_ONLY, errno.EIO: UNREADABLE}


def remedy(error: SQLAlchemyError | OSError) -> str:
    """What to do about an error of the database or of the disk."""
    if isinstance(error, OSError):
        known = _OF_THE_SYSTEM.get(error.errno or 0)
        return f"{error}" if known is None else f"{known} ({error.filename})" if error.filename else known
    unknown = "La base ne répond pas, ou n’a pas ses tables : lancez flask prepare, et vérifiez DATABASE_URL."
    return _OF_THE_DATABASE.get(trouble(error), unknown)
