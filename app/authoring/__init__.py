"""« L'atelier »: every page a trainer writes in."""

from __future__ import annotations

from types import ModuleType

from flask import Flask


def init_app(app: Flask) -> None:
    from app.authoring.cli import atelier
    from app.authoring.drafts.queries import texts_of
    from app.authoring.drafts.services import follow_merge
    from app.authoring.home import waiting_today
    from app.authoring.incoming import images, uploads
    from app.authoring.models import blueprint
    from app.authoring.publishing import remark_views
    from app.authoring.publishing.services import note_synchronised
    from app.content.store.sync import synchronised
    from app.identity.services import merged
    from app.platform import hooks

    _pages()
    _lengths(app)
    app.register_blueprint(blueprint)
    app.register_blueprint(remark_views.guest_blueprint)
    hooks.draft_texts.give(app, texts_of)
    hooks.waiting_work.of(app)["authoring.plan"] = waiting_today
    hooks.picture_writer.give(app, lambda name, data: images.clean_image(name, data, images.decoder_process(uploads.instance())))
    app.cli.add_command(atelier)
    merged.connect(follow_merge)
    synchronised.connect(note_synchronised)


def _lengths(app: Flask) -> None:
    """How much the fields of our pages take, as they say it."""
    from app.authoring.drafts.create import TITLE_LENGTH
    from app.authoring.incoming.archive_files import LONGEST_WORDS
    from app.authoring.incoming.uploads import ALTERNATIVE_LENGTH
    from app.authoring.models import GUEST_LENGTH
    from app.authoring.outline import LESSONS_LENGTH
    from app.authoring.publishing import remarks
    from app.authoring.publishing.peer_review import LONGEST
    from app.content.store.facts import WHY_LENGTH
    from app.platform import hooks

    hooks.lengths.of(app).update({"review": LONGEST, "alternative": ALTERNATIVE_LENGTH, "title": TITLE_LENGTH, "lessons": LESSONS_LENGTH})
    hooks.lengths.of(app).update({"remark": remarks.LONGEST, "quote": remarks.QUOTED, "guest": GUEST_LENGTH, "licence": LONGEST_WORDS, "why": WHY_LENGTH})


def _pages() -> tuple[ModuleType, ...]:
    """Every module that adds its pages to the one blueprint, which it does when it is imported."""
    from app.authoring import fact_watch, history, inbox, merging, new_views, outline_views, quiz_feedback
    from app.authoring.circulating import views as circulating
    from app.authoring.editor import question_views
    from app.authoring.editor import views as editor
    from app.authoring.incoming import archive_views, image_views, library_views, word_views
    from app.authoring.publishing import peer_review, remark_views
    from app.authoring.publishing import views as publishing

    incoming = (image_views, library_views, word_views, archive_views)
    publications = (publishing, peer_review, remark_views, history, merging)
    return (new_views, outline_views, *incoming, circulating, editor, question_views, *publications, quiz_feedback, inbox, fact_watch)
