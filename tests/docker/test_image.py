"""What docker/Dockerfile must hold to, and that what it runs runs."""

import os
import re
import socket
import subprocess
import sys

import httpx
import pytest
from django.conf import settings

from competition import queue
from competition.environment import REPOSITORY
from tests.running import environment_of_tests, stop, wait_until

INSTRUCTIONS = re.sub(r"\\\n\s*", "", (REPOSITORY / "docker" / "Dockerfile").read_text()).splitlines()
LET_IN = (REPOSITORY / "docker" / "Dockerfile.dockerignore").read_text().splitlines()


def test_the_image_runs_as_a_numbered_user():
    users = [line.split()[1] for line in INSTRUCTIONS if line.startswith("USER ")]

    assert users == ["10001:10001"]


def test_both_stages_are_one_small_python_with_a_tag():
    images = {line.split()[1] for line in INSTRUCTIONS if line.startswith("FROM ")}

    assert len(images) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", images.pop())


def test_packages_are_installed_by_hash_and_none_of_the_development_ones():
    installs = [line for line in INSTRUCTIONS if " install " in line and "pip" in line]

    assert len(installs) == 1
    assert "--require-hashes" in installs[0]
    assert installs[0].endswith("-r /requirements.txt")


def test_the_kernel_enters_the_image_and_its_compiler_does_not():
    last_stage = INSTRUCTIONS[max(nth for nth, line in enumerate(INSTRUCTIONS) if line.startswith("FROM ")) :]

    assert "COPY --from=build /build/scoring/_kernel.so scoring/_kernel.so" in last_stage
    assert [line for line in last_stage if "apt-get" in line or "gcc" in line] == []
    assert "**/*.so" in LET_IN


def test_everything_stays_out_of_the_image_that_is_not_named():
    rules = [line for line in LET_IN if line and not line.startswith("#")]
    copied = {
        source
        for line in INSTRUCTIONS
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }

    assert rules[0] == "*"
    assert {rule.removeprefix("!") for rule in rules if rule.startswith("!")} == copied


def test_nothing_in_the_image_needs_code_that_is_left_out():
    left_out = tuple(rule for rule in LET_IN if rule.startswith("competition/"))
    modules = {path: str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "competition").rglob("*.py")}
    let_in = [path for path, name in modules.items() if not name.startswith(left_out)]

    assert len(let_in) > 50
    assert [path for path in let_in if re.search(r"competition\.(demo|embedded)\b", path.read_text())] == []


def test_the_address_that_docker_asks_is_where_gunicorn_listens():
    listens = (REPOSITORY / "docker" / "gunicorn.conf.py").read_text()
    asks = (REPOSITORY / "docker" / "web_health.py").read_text()

    assert 'bind = "0.0.0.0:8000"' in listens
    assert "http://127.0.0.1:8000/healthz" in asks


@pytest.mark.django_db(transaction=True)
def test_gunicorn_serves_with_the_settings_of_the_container():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = environment_of_tests() | {"HTTPS": "true", "ORGANIZERS_NEED_SECOND_FACTOR": "true"}
    environment.pop("LABELS_PRIVATE_KEY_FILE")
    command = ["-m", "gunicorn", "-c", "docker/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "competition.wsgi"]
    server = subprocess.Popen([sys.executable, *command], cwd=REPOSITORY, env=environment, start_new_session=True)
    try:
        wait_until(lambda: answers(port), what="the first answer")
        page = httpx.get(f"http://127.0.0.1:{port}/api/v1/competitions")
    finally:
        stop(server, group=True)

    assert page.status_code == 301
    assert page.headers["Location"].startswith("https://")


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(("pulse", "code"), [(f"{socket.gethostname()}-7-abcd", 0), ("another-host-7-abcd", 1)])
def test_a_worker_is_well_when_it_has_shown_that_it_lives(pulse, code):
    for earlier in queue.connection().scan_iter("vindr:pulse:*"):
        queue.connection().delete(earlier)
    queue.pulse(pulse)

    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "REDIS_URL": settings.ENVIRONMENT.redis_url}
    asked = subprocess.run([sys.executable, "docker/worker_health.py"], cwd=REPOSITORY, env=environment, check=False)

    assert asked.returncode == code
