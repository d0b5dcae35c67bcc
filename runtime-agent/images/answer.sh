#!/bin/sh
# Reads one HTTP request and answers it: who answers, its version, and the path that was asked for.
#   /ready    503 while the file /tmp/not-ready exists
#   /alive    503 while the file /tmp/not-alive exists
#   /sleep/N  waits N seconds, up to 99
read -r -t 10 method target protocol || exit 0
cr=$(printf '\r')
length=0
headers=0
# An answer sent before all of the request is read could be lost, so that is read first.
while read -r -t 10 header; do
  header=${header%"$cr"}
  case $header in
    '') break ;;
    [Cc][Oo][Nn][Tt][Ee][Nn][Tt]-[Ll][Ee][Nn][Gg][Tt][Hh]:*) length=${header#*:} ;;
  esac
  headers=$((headers + 1))
  [ $headers -le 100 ] || exit 0
done
length=${length# }
case $length in
  0 | *[!0-9]*) ;;
  *) head -c "$length" >/dev/null ;;
esac
path=${target%%\?*}
status='200 OK'
case $path in
  /ready | /alive) [ ! -e "/tmp/not-${path#/}" ] || status='503 Service Unavailable' ;;
  /sleep/[0-9] | /sleep/[0-9][0-9]) sleep "${path#/sleep/}" ;;
esac
body="$POD $VERSION $path"
printf 'HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n' "$status" $((${#body} + 1))
[ "$method" = HEAD ] || printf '%s\n' "$body"
