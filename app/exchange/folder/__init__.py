"""A folder of Markdown as a course, without a site: seen while it is written, built as static pages, compared, begun from nothing."""
