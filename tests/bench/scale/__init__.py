"""`make scale`: a site as large as one likes, made once, measured as often as one likes; `docs/exploitants/grandir.md` is written from its lines."""
