"""One database, taken out and put back: SQLite as a file, PostgreSQL table by table.

Each module offers ``snapshot`` (a consistent view, from which members, row counts, migrations and stored files are read
while others go on writing) and what a restore needs.
"""
