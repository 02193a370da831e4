#!/bin/sh
# Compiles the kernel into scoring/_kernel.so, beside the modules that call it. It needs a C compiler (CC, or cc) and the
# C library's headers, and nothing of Python. Arguments are further flags, such as -fsanitize=address.
set -eu
cd "$(dirname "$0")"
made=$(mktemp ../_kernel.XXXXXX)
trap 'rm -f "$made"' EXIT
"${CC:-cc}" @flags "$@" -shared ./*.c -o "$made"
chmod 755 "$made"
# Who has the old one open keeps it.
mv "$made" ../_kernel.so
