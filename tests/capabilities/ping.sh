# image: privileges
# The file capability of ping: no check is ever made, the execve fails without it.
set -eu
ping -q -c 1 -W 5 127.0.0.1
