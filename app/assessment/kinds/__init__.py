"""One file a type of question: all that depends on the type, from a form's fields to its key in a package.

Its reader in Markdown lies below (`content/quiz/answers/`), its macros in `templates/macros/quiz.html`. Pages, files for other systems and packages ask
`registry.kind_of` and know no type.
"""
