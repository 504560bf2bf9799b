# image: python
# A server on a high port as nobody.
set -eu
python3 -m http.server 8000 >/dev/null 2>&1 &
for try in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/8000) 2>/dev/null && break; sleep 0.1; done
python3 -c 'import urllib.request as r; assert r.urlopen("http://127.0.0.1:8000/").status == 200'
kill $!
