"""The web process's way in; it refuses to start where a setting would make it unsafe."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competition.settings")
application = get_wsgi_application()

from django.db import DatabaseError, connections  # noqa: E402

from competition.operations.drop_orphans import drop_orphans  # noqa: E402
from competition.safety import refuse_unsafe_web  # noqa: E402  (settings are read by then)
from competition.storage import drop_abandoned  # noqa: E402

refuse_unsafe_web()
try:
    # Here, since of the processes that never end only this one may write into the storage.
    drop_abandoned()
    drop_orphans()
except (OSError, DatabaseError) as error:
    logging.getLogger(__name__).warning("abandoned uploads are left where they are: %s", error)
finally:
    # The processes that are forked from this one must not share its connection.
    connections.close_all()
