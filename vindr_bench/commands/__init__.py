"""The command line: each command in the room of its subject, what they all share in `options` and `terminal`."""
