#!/bin/sh
# Answers HTTP on $PORT, each request by a process of its own, until SIGTERM; then finishes what is in flight.
export POD="$(hostname)"
export VERSION="${VERSION:-0}"
# As many connections may wait to be accepted as there are "l"s.
nc -llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll -p "${PORT:-8080}" -e /bin/answer &
server=$!
trap 'kill $server' TERM INT
echo "$POD serves version $VERSION on port ${PORT:-8080}"
wait $server
while pidof answer >/dev/null; do usleep 20000; done
echo "$POD has stopped"
