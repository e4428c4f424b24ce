"""LibreOffice as people have it, without its windows: it starts slowly, so that each run takes all the documents that it is given."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path


def word_documents(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Each document opened by LibreOffice Writer and saved as a Word document."""
    program = shutil.which("soffice")
    assert program, "LibreOffice Writer is not installed"
    came, went = folder / "came", folder / "went"
    came.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (came / name).write_bytes(data)
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(went)]
    subprocess.run([*command, *(str(came / name) for name in files)], check=True, capture_output=True, timeout=300)
    return {path.name: path.read_bytes() for path in sorted(went.iterdir())}
