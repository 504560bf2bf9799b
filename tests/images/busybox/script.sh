# The everyday life of a shell script: a pipe, a subshell, a loop, files that come and go.
set -e
mkdir -p /tmp/work && cd /tmp/work
for number in 1 2 3 5 7; do echo "$number" >>numbers; done
ln -s numbers link
sum=$(cat link | (total=0; while read -r number; do total=$((total + number)); done; echo "$total"))
mv numbers moved
chmod 600 moved
rm -r /tmp/work
echo "sum $sum"
