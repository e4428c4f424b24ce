"""Published revisions, the course folder on the disk, and the sync between both."""
