"""What a participant gets from `pip install .`: scoring, its command line, numpy, and no server."""

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
    shutil.copytree(CHECKOUT / "scoring", source / "scoring", ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(target)]
    run = subprocess.run([*pip, str(source)], capture_output=True, text=True)
    if "Could not find a version that satisfies the requirement setuptools" in run.stderr:
        pytest.skip("No package index can be reached from here.")
    assert run.returncode == 0, run.stderr
    return target


def test_the_installed_package_scores_a_file_with_numpy_alone(installed: Path, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    # -S leaves out the site-packages of the tests, so that nothing but the package and what it asked for is there.
    python = [sys.executable, "-S", "-m", "scoring"]
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    environment.pop("VINDR_SCORING_PLAIN", None)

    def answer(*arguments: str) -> bytes:
        return subprocess.run(
            [*python, *arguments], cwd=tmp_path, env=environment, capture_output=True, check=True
        ).stdout

    card = answer("score", "detection", "--json", "--truth", "truth.csv", "--predictions", "boxes.csv")

    assert json.loads(card)["value"] == 1.0
    assert (b"compiled kernel" in answer("--version")) == bool(shutil.which("gcc"))
    assert (
        sorted(path.name for path in (installed / "scoring").glob("*.so"))
        == ["_kernel.abi3.so"][: bool(shutil.which("gcc"))]
    )
    assert (installed / "scoring" / "py.typed").exists()
    assert {path.name.split("-")[0] for path in installed.glob("*.dist-info")} == {"numpy", "vindr_bench"}
    assert (installed / "bin" / "vindr-bench-scoring").exists()
