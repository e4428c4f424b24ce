"""The links of the published course as a daily check finds them: what each said, since when it fails."""
