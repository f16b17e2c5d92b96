"""One command for a first look: a database, people to sign in as, and the processes of the service."""
