"""A running server, driven from outside: how long a submission takes, and where the time goes."""
