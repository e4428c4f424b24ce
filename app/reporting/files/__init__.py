"""Large files of reports: asked for, made by the jobs, told by a letter, taken by whoever asked, for a week."""
