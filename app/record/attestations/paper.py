"""An attestation on one sheet of paper: plain values, as JSON holds them, in words. The same as on its page."""

from __future__ import annotations

from typing import Any

import segno

from app.content.rendering.sheet import colours_of
from app.content.values.course import Course
from app.platform.french import duration, french_date
from app.platform.site.rules import Site
from app.record.attestations.queries import AttestationPage, AttestedModule


def sheet(page: AttestationPage, address: str, site: Site, course: Course) -> dict[str, Any]:
    """`course`: the one that is published. `address`: of its public page, told in letters and as a QR code; empty where the site has none."""
    what = "parcours" if page.is_path else "module"
    done = f"a terminé le {what} « {page.title} » le {french_date(page.completed_at)}."
    heading = f"Attestation : {course.cover.title if page.is_path else page.title}"
    facts = [
        ["Durée indicative", f"{duration(page.minutes)}, lectures et quiz"] if page.minutes else [],
        ["Délivrée par", site.publisher or site.name],
        ["Émise le", french_date(page.issued_at)] if page.issued_later else [],
        ["Rafraîchie le", page.validity.renewal_words] if page.validity and page.validity.renewed_at else [],
        ["Valable jusqu’au", french_date(page.validity.until)] if page.validity else [],
        ["Contenu suivi", f"édition {page.edition}"] if page.edition else [],
        ["Dispense, sur acquis vérifiés", page.spared] if page.waived else [],
    ]
    return {
        "title": heading,
        "description": f"{page.name} {done}",
        "author": site.name,
        "mark": site.name if page.is_path else f"{site.name}, {course.cover.title}",
        "name": page.name,
        "done": done,
        "facts": [fact for fact in facts if fact],
        "lines": colours(site, course),
        "heading": "Modules et objectifs" if page.is_path else "Objectifs et contenu",
        "modules": [_module(module, page.is_path) for module in page.modules],
        "proof": (
            f"Cette attestation prouve que la personne titulaire de ce compte a rempli toutes les conditions du {what} dans {site.name}. "
            "Elle ne vaut ni diplôme, ni certification professionnelle, ni contrôle d’identité ; les durées sont indicatives."
        ),
        "address": address,
        "code": segno.make(address, error="m").svg_inline(border=0, scale=4) if address else "",
    }


def colours(site: Site, course: Course) -> dict[str, str]:
    """What each line is drawn in, on paper."""
    return {line: colour.light for line, colour in colours_of(course.lines, site.colours).items()}


def _module(module: AttestedModule, of_path: bool) -> dict[str, Any]:
    return {
        "title": module.title if of_path else "",
        "line": module.history,
        "when": (f"Terminé le {french_date(module.completed_at)} · " if of_path else "") + f"{duration(module.minutes)} environ",
        "objectives": list(module.objectives),
        "steps": "" if of_path else f"{' ; '.join(module.steps)}.",
    }
