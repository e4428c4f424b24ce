"""What several tests share: a video of the library: a link that names its site, with what it says; nothing of that site is on our pages."""

from __future__ import annotations

VIDEO = """## Une vidéo d'essai {#video-d-essai}

type : vidéo
lien : https://www.tube.example/w/abc

Une minute.

### Transcription

[00:10] Bonjour aux cartographes.
"""
