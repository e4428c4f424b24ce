"""What stands around every page and comes from the course: its name and its lines in templates, the style sheet of its lines."""

from __future__ import annotations

from flask import Flask, g
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.local import LocalProxy

from app.content.rendering import notice
from app.content.rendering.sheet import sheet
from app.content.store.queries import course_at_hand, known_course
from app.content.values.course import Course
from app.content.values.cover import count_in_words, list_in_words
from app.content.values.text import CROSSING
from app.platform import clock, hooks
from app.platform.db import db
from app.platform.french import capital, day_of
from app.platform.site.queries import current_site
from app.platform.site.rules import Site

NOTHING_READ = Course(0)


def present() -> Course:
    """The course that this request reads; an empty one where the database does not answer: an error has its page too."""
    if g.get("failing"):
        return known_course(db.session) or NOTHING_READ
    try:
        return course_at_hand(db.session)
    except SQLAlchemyError:
        return NOTHING_READ


def count_histories(course: Course, article: str = "") -> str:
    """« trois histoires », with « les » or « des » where it is given."""
    return count_in_words(course.lines, article)


def histories_in_words(course: Course) -> str:
    """« la politique de la ville et l’éducation prioritaire »."""
    return list_in_words(course.lines)


def in_a_row(course: Course) -> str:
    """« Politique de la ville, éducation prioritaire »."""
    return capital(", ".join(line.name[:1].lower() + line.name[1:] for line in course.lines))


def kicker(course: Course, history: str) -> str:
    """What stands above the title of a module: a line's name, « Au croisement des trois histoires »."""
    return course.histories.get(history, "") if history != CROSSING else course.cover.crossing_title


def own_notice(text: str) -> Markup:
    """A text of the site's administrators (Markdown), shown as those of the course are."""
    return notice.render_notice(present(), text, day_of(clock.now()))


class LinesSheet:
    """The style sheet of the lines: told at once where it was asked for last of the same course and the same site, as it is on each page."""

    def __init__(self) -> None:
        self.known: tuple[Course, Site, str] | None = None

    def __call__(self) -> str:
        course, site, known = present(), current_site(), self.known
        if known is None or known[0] is not course or known[1] is not site:
            known = self.known = course, site, sheet(course.lines, tuple(site.colours.items()), course.network.plan)
        return known[2]


def course_title() -> str:
    return present().cover.title


def init_app(app: Flask) -> None:
    hooks.course_title.give(app, course_title)
    hooks.course_sheet.give(app, LinesSheet())
    app.jinja_env.globals.update(the_course=LocalProxy(present))
    app.jinja_env.filters.update(counted=count_histories, said=histories_in_words, in_a_row=in_a_row, kicker=kicker, notice=own_notice)
