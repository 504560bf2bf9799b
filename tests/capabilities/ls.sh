# image: base
# Nothing is needed to look at files.
set -eu
ls -lR /etc /usr/bin >/dev/null 2>&1
