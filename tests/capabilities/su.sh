# image: base
# Another user for one command, with PAM and its audit messages.
set -eu
[ "$(su nobody -s /bin/sh -c 'id -un')" = nobody ]
