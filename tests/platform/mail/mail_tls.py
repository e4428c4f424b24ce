"""What several tests share: mail to a server that asks for encryption and a password, as real ones do: nothing travels in clear, nothing is lost when it refuses."""

from __future__ import annotations

from pathlib import Path

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""A key and the certificate that it signs for itself, good for tests alone: `openssl req -x509 -nodes -subj /CN=localhost …`."""
