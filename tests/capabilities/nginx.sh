# image: nginx
# A page is served by a worker that is not root; the master ends in order.
set -eu
nginx -g 'daemon off;' &
for try in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/80) 2>/dev/null && break; sleep 0.1; done
exec 3<>/dev/tcp/127.0.0.1/80
printf 'GET / HTTP/1.0\r\n\r\n' >&3
timeout 5 grep -q '200 OK' <&3
kill -QUIT $!
wait $!
