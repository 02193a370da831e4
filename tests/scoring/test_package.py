"""What a participant gets from `pip install .`: scoring, which needs numpy alone, the client, and no server."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
FILES = {
    "truth.csv": "image_id,class_name,x_min,y_min,x_max,y_max\na,Edema,1,2,3,4\nb,No finding,,,,\n",
    "boxes.csv": "image_id,class_name,score,x_min,y_min,x_max,y_max\na,Edema,.9,1,2,3,4\nb,No finding,,,,,\n",
}


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    source, target = tmp_path / "source", tmp_path / "target"
    for package in ("scoring", "vindr_bench"):
        shutil.copytree(CHECKOUT / package, source / package, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(target)]
    run = subprocess.run([*pip, str(source)], capture_output=True, text=True)
    if "Could not find a version that satisfies the requirement setuptools" in run.stderr:
        pytest.skip("No package index can be reached from here.")
    assert run.returncode == 0, run.stderr
    return target


def test_the_installed_package_scores_a_file_with_numpy_alone_and_has_the_client(
    installed: Path, tmp_path: Path
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    # -S leaves out the site-packages of the tests, so that nothing but the package and what it asked for is there.
    python = [sys.executable, "-S", "-m"]
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    environment.pop("VINDR_SCORING_PLAIN", None)

    def answer(*arguments: str) -> bytes:
        return subprocess.run(
            [*python, *arguments], cwd=tmp_path, env=environment, capture_output=True, check=True
        ).stdout

    card = answer("scoring", "score", "detection", "--json", "--truth", "truth.csv", "--predictions", "boxes.csv")
    by_client = answer("vindr_bench", "score", "boxes.csv", "--json", "--truth", "truth.csv")

    assert json.loads(card)["value"] == 1.0
    assert by_client == card
    assert answer("vindr_bench", "--version").startswith(b"vindr-bench ")
    assert (b"compiled kernel" in answer("scoring", "--version")) == bool(shutil.which("gcc"))
    assert (
        sorted(path.name for path in (installed / "scoring").glob("*.so"))
        == ["_kernel.abi3.so"][: bool(shutil.which("gcc"))]
    )
    assert all((installed / package / "py.typed").exists() for package in ("scoring", "vindr_bench"))
    assert {path.name for path in (installed / "bin").glob("vindr-bench*")} == {"vindr-bench", "vindr-bench-scoring"}
    assert not {path.name.split("-")[0].lower() for path in installed.glob("*.dist-info")} & {"django", "redis", "rq"}


def test_scoring_imports_numpy_and_nothing_else_that_is_not_pythons_own(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    script = """
import sys
before = set(sys.modules)
from scoring.command_line import main
main(["score", "detection", "--json", "--truth", "truth.csv", "--predictions", "boxes.csv"])
names = {name.partition(".")[0] for name in set(sys.modules) - before}
from importlib.metadata import packages_distributions
print(sorted((names & set(packages_distributions())) - {"scoring"}), file=sys.stderr)
"""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )

    assert run.stderr.splitlines()[-1] == "['numpy']"
