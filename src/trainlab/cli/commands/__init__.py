"""One file for each command; see trainlab.cli.table."""
