"""What pyproject.toml has no settled word for: the kernel, compiled where a compiler is and left out where none is.

It is plain C without Python's headers, so one wheel serves every Python 3 of a platform.
"""

from glob import glob

from setuptools import Extension, setup

KERNEL = "scoring/kernel"

setup(
    ext_modules=[
        Extension(
            "scoring._kernel",
            sorted(glob(f"{KERNEL}/*.c")),
            depends=[f"{KERNEL}/kernel.h", f"{KERNEL}/flags"],
            extra_compile_args=[f"@{KERNEL}/flags"],
            py_limited_api=True,
            optional=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
