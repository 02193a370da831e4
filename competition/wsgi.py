"""The web process's way in; it refuses to start where a setting would make it unsafe."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competition.settings")
application = get_wsgi_application()

from competition.safety import refuse_unsafe_web  # noqa: E402  (settings are read by then)

refuse_unsafe_web()
