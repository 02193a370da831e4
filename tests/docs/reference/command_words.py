"""What the parsers of the commands don't say: what belongs together, where a command runs and how it ends."""

GROUPS = {
    "Competitions": ["create_competition", "clone_competition", "export_competition", "move_clock", "delete_rehearsal"],
    "Archives": ["export_archive", "import_archive", "export_cases"],
    "Checks": ["recompute_boards", "verify_audit", "verify_commitments"],
    "Persons": ["delete_person", "reset_second_factor"],
    "The server itself": ["worker", "sweeper", "make_keys", "grant_roles", "backup", "restore", "load_demo"],
}
NEEDS = {
    "create_competition": "Needs the database's owner and the public key. Prints the slug on its last line. "
    "Exit 3: a file of the folder is faulty, and each fault is listed ([codes](errors.md#faults-of-a-folder)).",
    "clone_competition": "Needs the database's owner. Prints the new slug.",
    "export_competition": "What is written can't be loaded before the labels, groups, readers' files, share and seed "
    "of the split are put into it again; its first line says which.",
    "delete_rehearsal": "No other competition can be deleted.",
    "export_archive": "Needs the database's owner and the storage. Prints the archive's SHA-256.",
    "import_archive": "Needs the database's owner and the storage, for writing. Exit 3: the archive is faulty.",
    "export_cases": "Runs where a worker does.",
    "recompute_boards": "Runs where a worker does; changes nothing. Exit 1: something differs.",
    "verify_audit": "Exit 1: a row is wrong, or the noted end is not in the chain.",
    "verify_commitments": "Runs where a worker does; shows no label. Exit 1: something differs.",
    "delete_person": "Needs the database's owner. [What goes and what stays](../guides/hosts.md#persons).",
    "reset_second_factor": "Needs the database's owner. First make sure who it is.",
    "make_keys": "Overwrites nothing: what is there stays.",
    "grant_roles": "Needs the database's owner. Safe to repeat; runs after each migration.",
    "backup": "Needs the database's owner and the storage. Exit 1: a stored file is not what its receipt says, or the "
    "disk is full.",
    "restore": "Needs the database's owner. Writes nothing where the database or the storage holds something.",
    "load_demo": "`make demo` calls it.",
}
