"""What the demo runs besides the databases: Django's commands and gunicorn, with the settings of each."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from competition.embedded.accounts import Account, Accounts
from competition.embedded.credentials import KeyPair, kept_secret
from competition.embedded.data_dir import DataDir
from competition.embedded.databases import Databases
from competition.embedded.processes import Program
from competition.embedded.runtime import Runtime, in_place

PASSED_ON = (
    "DEBUG", "EMAIL_FROM", "EMAIL_URL", "HEARTBEAT_SECONDS", "JOB_SECONDS", "LEASE_SECONDS", "METRICS_TOKEN",
    "OLDEST_CLIENT", "OMP_NUM_THREADS", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "RECOUNT_HOUR",
    "TRUSTED_ORIGINS", "UPLOAD_LIMIT_BYTES",
)  # fmt: skip
"""What may be set for the demo from outside; nothing else of the caller's environment reaches a program."""


@dataclass(frozen=True)
class Settings:
    """The environment variables of each kind of process: to each what it needs and no other's secret."""

    shared: Mapping[str, str]
    owner: Mapping[str, str]
    web: Mapping[str, str]
    worker: Mapping[str, str]
    sweeper: Mapping[str, str]


def settings_for(
    folder: DataDir, accounts: Accounts, databases: Databases, keys: KeyPair, shared: Mapping[str, str]
) -> Settings:
    """Divide the secrets among the processes."""
    web_key = kept_secret(folder / "secrets", "secret-key", accounts.supervisor)
    inner_key = kept_secret(folder / "secrets", "inner-secret-key", accounts.supervisor)
    scorer = {"DATABASE_URL": databases.scorer, "SECRET_KEY": inner_key}
    return Settings(
        shared={
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            **shared,
            "HTTPS": "false",
            "LOGS": os.environ.get("LOGS", "plain"),
            "ORGANIZERS_NEED_SECOND_FACTOR": "false",
            "REDIS_URL": databases.bell,
            "STORAGE_DIR": str(folder / "storage"),
            "LABELS_PUBLIC_KEY": keys.public,
            "DATA_DIR": str(folder.path),
            "HOME": "/",
        },
        owner={"DATABASE_URL": databases.owner, "SECRET_KEY": web_key},
        web={
            "DATABASE_URL": databases.web,
            "SECRET_KEY": web_key,
            "READY_FILE": str(folder / "run" / "ready"),
        },
        worker={**scorer, "LABELS_PRIVATE_KEY_FILE": str(keys.private_file)},
        sweeper=scorer,
    )


def step(name: str, settings: Settings, *words: str, umask: int = 0o027, **extra: str) -> Program:
    """Return a management command that is run once, by the caller's own user and as the database's owner."""
    here = in_place()
    environment = {**settings.shared, **settings.owner, **extra, **here.environment()}
    me = Account(os.geteuid(), os.getegid())
    return Program(name, ("python3", "manage.py", *words), environment, here.repository, me, umask=umask)


def kept_programs(runtime: Runtime, accounts: Accounts, settings: Settings, listening: int) -> list[Program]:
    """Return what is kept alive besides the databases. The web process serves the socket `listening`."""
    gunicorn = (
        "python3",
        "-m",
        "gunicorn",
        "-c",
        "competition/embedded/gunicorn.conf.py",
        "competition.wsgi",
    )
    python = {**settings.shared, "DIE_WITH_PARENT": "1", **runtime.environment()}
    return [
        Program(
            name="web",
            command=gunicorn,
            environment={**python, **settings.web, "WEB_SOCKET": str(listening)},
            folder=runtime.repository,
            account=accounts.web,
            sockets=(listening,),
        ),
        Program(
            name="sweeper",
            command=("python3", "manage.py", "sweeper"),
            environment={**python, **settings.sweeper},
            folder=runtime.repository,
            account=accounts.sweeper,
        ),
        Program(
            name="worker",
            command=("python3", "manage.py", "worker"),
            environment={**python, **settings.worker},
            folder=runtime.repository,
            account=accounts.worker,
        ),
    ]
