"""Whether the web process of this container answers. Docker asks; a failure is an exit code other than 0."""

import urllib.request

ALIVE = "http://127.0.0.1:8000/healthz"

urllib.request.urlopen(ALIVE, timeout=4).close()
