"""Everything that the process takes from its surroundings, typed, in one place.

A value comes from an environment variable of the field's name in capitals, or from a file of the field's name in
the secrets folder (`/run/secrets` in the containers).
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent
SECRETS_FOLDER = Path("/run/secrets")

Names = Annotated[tuple[str, ...], NoDecode]


class Environment(BaseSettings):
    """The settings of one process. Unknown variables are left alone; secrets are never printed."""

    model_config = SettingsConfigDict(
        frozen=True,
        hide_input_in_errors=True,
        extra="ignore",
        secrets_dir=SECRETS_FOLDER if SECRETS_FOLDER.is_dir() else None,
    )

    secret_key: str = ""
    debug: bool = False
    https: bool = True
    """Pages are served over HTTPS: secure cookies, HSTS and redirects. The demo says false."""
    allowed_hosts: Names = ("127.0.0.1", "localhost", "[::1]")
    trusted_origins: Names = ()
    """Origins (`https://host`) that forms may come from when a proxy changes the host."""
    behind_proxy: bool = False
    """Believe `X-Forwarded-Proto`. Only where a proxy that sets it is the sole way in."""
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    """How many proxies add to `X-Forwarded-For`; the visitor's address is so many from its end. 0: it is not read."""
    organizers_need_second_factor: bool = True
    """Who organizes anything, or is staff, acts only with a second factor. The demo says false."""

    database_url: str = ""
    """A libpq connection string, `postgresql://role:password@host/name` or with `?host=/socket/folder`."""
    redis_url: str = "redis://127.0.0.1:6379/0"
    storage_dir: Path = REPOSITORY / "var" / "storage"
    static_root: Path = REPOSITORY / "var" / "static"
    ready_file: Path | None = None
    """`/readyz` says no until this file exists. The demo creates it when its own submissions are scored."""

    labels_public_key: str = ""
    """Hex of the X25519 key that ground truth is sealed with."""
    labels_private_key_file: Path | None = None
    """Hex of the key that opens it. Set for workers only; the web process refuses to start with it."""

    email_url: str = ""
    """`smtp://user:password@host:587` or `smtps://…`; empty: no mail is sent and no address is confirmed."""
    email_from: str = "noreply@localhost"
    metrics_token: str = ""
    """Bearer token for `/metrics` from other hosts than this one."""

    logs: Literal["json", "plain"] = "json"
    """One JSON object a line, or lines for people. The demo says plain."""
    log_addresses: bool = False
    """Log the network address of each request too."""
    log_error_texts: bool = False
    """Log what exceptions say too; it may hold values of rows and files. For as long as a fault is looked for."""

    oldest_client: str = Field(default="", pattern=r"^(\d{1,6}\.\d{1,6}\.\d{1,6})?$")
    """The oldest `vindr-bench` that the API answers, such as 1.1.0; older ones are told so. Empty: every one."""
    upload_limit_bytes: int = Field(default=64 * 1024 * 1024, ge=1024)
    large_checks: int = Field(default=2, ge=1)
    """How many uploads of more than 8 MiB are checked at once by all processes that share the storage."""
    lease_seconds: int = Field(default=30, ge=3)
    heartbeat_seconds: float = Field(default=5, gt=0)
    job_seconds: int = Field(default=180, ge=5)
    """Wall clock that one evaluation may take."""
    job_cpu_seconds: int = Field(default=120, ge=1)
    """Processor time that the scoring of one file may take."""
    job_memory_mib: int = Field(default=1024, ge=32)
    """Memory that the scoring of one file may touch."""
    recount_hour: int = Field(default=3, ge=0, le=23)
    """The hour of the day, in UTC, after which the sweeper asks for the night's second opinion on every board."""

    @field_validator("allowed_hosts", "trusted_origins", mode="before")
    @classmethod
    def split_at_commas(cls, value: object) -> object:
        """Read `a,b` as two names."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value
