"""`python -m tests.probing`: the long form of all that is asked here, with its figures."""

import os
import subprocess
import sys

if __name__ == "__main__":
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-s",
        "tests/probing",
        "tests/operations/test_too_good.py",
        *sys.argv[1:],
    ]
    sys.exit(subprocess.run(command, env={**os.environ, "PROBING": "long"}, check=False).returncode)
