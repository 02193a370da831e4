"""The settings that a server must not start with."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50


def refuse_unsafe_web() -> None:
    """Raise ImproperlyConfigured, with one sentence for each unsafe setting."""
    faults = unsafe_settings()
    if faults:
        raise ImproperlyConfigured("The server does not start: " + " ".join(faults))


def unsafe_settings() -> list[str]:
    """One sentence for each setting that is unsafe for a web process."""
    environment = settings.ENVIRONMENT
    faults = []
    if len(environment.secret_key) < SHORTEST_KEY:
        faults.append(f"SECRET_KEY must be random and at least {SHORTEST_KEY} characters long.")
    if environment.labels_private_key_file is not None:
        faults.append("LABELS_PRIVATE_KEY_FILE is set; only workers may have the key that opens the labels.")
    if not environment.labels_public_key:
        faults.append("LABELS_PUBLIC_KEY is not set; labels could not be sealed.")
    if "*" in environment.allowed_hosts:
        faults.append("ALLOWED_HOSTS must name the hosts; * lets anybody choose one.")
    if environment.debug and environment.https:
        faults.append("DEBUG must be off where HTTPS is on.")
    if environment.https and not environment.organizers_need_second_factor:
        faults.append("ORGANIZERS_NEED_SECOND_FACTOR must be on where HTTPS is on.")
    return faults
