#!/bin/sh
# Answers HTTP on $PORT, each request by a process of its own, until SIGTERM; then finishes what is in flight.
export POD="$(hostname)"
export VERSION="${VERSION:-0}"
port=${PORT:-8080}
# As many connections may wait to be accepted as there are "l"s.
nc -llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll -p "$port" -e /bin/answer &
server=$!
trap 'kill $server' TERM INT
# Says so only once it listens: 0A is the kernel's number for that.
until grep -q "$(printf ':%04X 0*:0000 0A' "$port")" /proc/net/tcp /proc/net/tcp6 2>/dev/null; do
  kill -0 $server 2>/dev/null || exit 1
  usleep 10000
done
echo "$POD serves version $VERSION on port $port"
wait $server
while pidof answer >/dev/null; do usleep 20000; done
echo "$POD has stopped"
