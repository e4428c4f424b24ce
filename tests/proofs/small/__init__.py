"""A region on the smallest machine. nginx, the site and its jobs on one processor and in 512 MB, with SQLite and 10,000 people; fifty who read
and answer, a report in PDF, a Word document, a backup; then a day and a night of a told clock. `make small` prints the table."""
