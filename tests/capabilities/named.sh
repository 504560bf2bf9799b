# image: privileges
# A name server on port 53 that becomes bind.
set -eu
/usr/sbin/named -f -u bind -c /etc/bind/named.conf &
for try in $(seq 100); do
  [ "$(dig +short +time=1 +tries=1 @127.0.0.1 www.zone.test)" = 192.0.2.7 ] && break
  sleep 0.1
done
[ "$(dig +short +time=2 +tries=1 @127.0.0.1 www.zone.test)" = 192.0.2.7 ]
[ "$(ps -o user= -C named 2>/dev/null || stat -c %U /proc/$!)" = bind ]
kill $!
wait $!
