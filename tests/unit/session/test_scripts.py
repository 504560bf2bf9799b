"""What `--process` calls a command: its program, or the script that an interpreter runs."""

import pytest

from profilegen.session.scripts import process_name


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/usr/sbin/nginx -g x", "nginx"),
        ("python3 app.py", "app.py"),
        ("/usr/bin/python3.11 -u -W ignore -Xdev srv/app.py --port 1", "app.py"),
        ("python3 -m http.server 80", "http.server"),
        ("python3 -Im http.server", "http.server"),
        ("python3 -mhttp.server", "http.server"),
        ("python3 -c pass", "python3"),
        ("python3 -", "python3"),
        ("python3", "python3"),
        ("python3 -V", "python3"),
        ("pypy3 app.py", "app.py"),
        ("node --inspect=0 --require ./x.js server.js", "server.js"),
        ("node -r ./x.js server.js", "server.js"),
        ("node --eval 1 server.js", "node"),
        ("nodejs -- server.js", "server.js"),
        ("bash -c true app.sh", "bash"),
        ("bash -ec true", "bash"),
        ("bash -eu +x -o pipefail ./run.sh", "run.sh"),
        ("sh run.sh", "run.sh"),
        ("perl -w -Ilib -I lib app.pl", "app.pl"),
        ("perl -ne print x.txt", "perl"),
        ("ruby app.rb", "app.rb"),
        ("php -d a=b -S localhost:80 index.php", "index.php"),
        ("env A=b C=d python3 app.py", "app.py"),
        ("env -i nginx", "nginx"),
        ("env -u A nginx", "env"),
        ("env", "env"),
        ("pythonista app.py", "pythonista"),
        ("node18-exporter x", "node18-exporter"),
    ],
)
def test_the_first_name_that_says_what_runs(command: str, name: str) -> None:
    assert process_name(command.split()) == name
