# image: privileges
# A login with a key; the server separates its privileges and becomes the visitor.
set -eu
/usr/sbin/sshd -D &
for try in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/22) 2>/dev/null && break; sleep 0.1; done
[ "$(ssh -o StrictHostKeyChecking=no -o BatchMode=yes visitor@127.0.0.1 'id -un')" = visitor ]
kill $!
