# image: redis
# Started as redis, not as root: no capability helps or is missing.
set -eu
redis-server --port 7000 --dir /tmp --save '' >/dev/null &
for try in $(seq 100); do redis-cli -p 7000 PING 2>/dev/null | grep -q PONG && break; sleep 0.1; done
redis-cli -e -p 7000 SET answer 42
[ "$(redis-cli -p 7000 GET answer)" = 42 ]
redis-cli -p 7000 SAVE | grep -q OK
redis-cli -p 7000 SHUTDOWN NOSAVE
wait $!
