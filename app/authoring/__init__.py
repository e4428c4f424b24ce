"""« L'atelier »: every page a trainer writes in."""

from __future__ import annotations

from types import ModuleType

from flask import Flask


def init_app(app: Flask) -> None:
    from app.authoring.blueprint import blueprint
    from app.authoring.cli import atelier
    from app.authoring.drafts.queries import texts_of
    from app.authoring.drafts.services import follow_merge
    from app.authoring.home import views as home
    from app.authoring.home.waiting import waiting_today
    from app.authoring.incoming import uploads
    from app.authoring.incoming.images import images
    from app.authoring.publishing.remarks import guest_views
    from app.authoring.publishing.services import note_synchronised
    from app.content.store.sync import synchronised
    from app.identity.services import merged
    from app.platform import hooks

    _pages()
    _lengths(app)
    app.register_blueprint(blueprint)
    app.register_blueprint(guest_views.blueprint)
    app.jinja_env.globals["atelier_waits"] = home.tab_waits
    hooks.draft_texts.give(app, texts_of)
    hooks.waiting_work.of(app)["authoring.home"] = waiting_today
    hooks.picture_writer.give(app, lambda name, data: images.cleaned(name, data, images.decoder_process(uploads.instance())))
    app.cli.add_command(atelier)
    merged.connect(follow_merge)
    synchronised.connect(note_synchronised)


def _lengths(app: Flask) -> None:
    """How much the fields of our pages take, as they say it."""
    from app.authoring.drafts.create import TITLE_LENGTH
    from app.authoring.incoming.archive.files import LONGEST_WORDS
    from app.authoring.incoming.forms import ALTERNATIVE_LENGTH
    from app.authoring.models import GUEST_LENGTH
    from app.authoring.outline.services import LESSONS_LENGTH
    from app.authoring.publishing.peer_review.services import LONGEST
    from app.authoring.publishing.remarks import services as remarks
    from app.platform import hooks

    hooks.lengths.of(app).update({"review": LONGEST, "alternative": ALTERNATIVE_LENGTH, "title": TITLE_LENGTH, "lessons": LESSONS_LENGTH})
    hooks.lengths.of(app).update({"remark": remarks.LONGEST, "quote": remarks.QUOTED, "guest": GUEST_LENGTH, "licence": LONGEST_WORDS})


def _pages() -> tuple[ModuleType, ...]:
    """Every module that adds its pages to the one blueprint, which it does when it is imported."""
    from app.authoring.circulating import views as circulating
    from app.authoring.editor import views as editor
    from app.authoring.editor.questions import views as questions
    from app.authoring.feedback.inbox import faq_views
    from app.authoring.feedback.inbox import views as inbox
    from app.authoring.feedback.links import views as links
    from app.authoring.feedback.regrading import views as regrading_views
    from app.authoring.feedback.statistics import views as statistics_views
    from app.authoring.home import views as home
    from app.authoring.incoming.archive import views as archive
    from app.authoring.incoming.images import views as images
    from app.authoring.incoming.library import views as library
    from app.authoring.incoming.word import views as word
    from app.authoring.outline import views as outline
    from app.authoring.publishing import views as publishing
    from app.authoring.publishing.peer_review import views as peer_review_views
    from app.authoring.publishing.remarks import views as remarks_views
    from app.authoring.versions.history import views as history_views
    from app.authoring.versions.merging import files_views
    from app.authoring.versions.merging import views as merging_views

    publications = (publishing, peer_review_views, remarks_views, history_views, merging_views, files_views)
    return (
        home,
        outline,
        images,
        library,
        word,
        archive,
        circulating,
        editor,
        questions,
        *publications,
        statistics_views,
        regrading_views,
        inbox,
        faq_views,
        links,
    )
