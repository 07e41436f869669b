# Sourced by the extension's script where no sensor can run. Stays a registered extension that does nothing, in plain shell, because an
# extension that exits, or never registers, takes the function down. Uses $name and $identifier; ends at SHUTDOWN.

api=http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension
api_host=${AWS_LAMBDA_RUNTIME_API%:*}
api_port=${AWS_LAMBDA_RUNTIME_API##*:}

# Prints the head and body of the answer. Waits as long as it takes: `next` answers when something happens.
ask() { # method path field body
  if command -v curl >/dev/null 2>&1; then
    curl -sS --noproxy '*' -i -X "$1" -H "$3" ${4:+-H 'Content-Type: application/json' -d "$4"} "$api/$2" 2>/dev/null
  elif command -v bash >/dev/null 2>&1; then
    # bash opens sockets itself.
    bash -c 'exec 5<>"/dev/tcp/$1/$2" || exit 1
      printf "%s /2020-01-01/extension/%s HTTP/1.1\r\nHost: %s:%s\r\n%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" \
        "$3" "$4" "$1" "$2" "$5" "${#6}" "$6" >&5
      cat <&5' bash "$api_host" "$api_port" "$1" "$2" "$3" "$4" 2>/dev/null
  elif command -v wget >/dev/null 2>&1; then
    if [ "$1" = POST ]; then
      wget -q -S -O - --header "$3" --header 'Content-Type: application/json' --post-data "$4" "$api/$2" 2>&1
    else
      wget -q -S -O - --header "$3" "$api/$2" 2>&1
    fi
  else
    return 1
  fi
}

return_char=$(printf '\r')
complained=''
while [ -z "$identifier" ]; do
  answer=$(ask POST register "Lambda-Extension-Name: $name" '{"events":["SHUTDOWN"]}') || answer=''
  while IFS= read -r line; do
    case $line in
      *[Ll]ambda-[Ee]xtension-[Ii]dentifier:*)
        identifier=${line#*: }
        identifier=${identifier%"$return_char"}
        ;;
    esac
  done <<ANSWER
$answer
ANSWER
  [ -n "$identifier" ] && break
  [ -n "$complained" ] || say ERROR 'cannot register with the Extensions API (needs curl, bash or wget): trying again'
  complained=yes
  sleep 1
done

while :; do
  case $(ask GET event/next "Lambda-Extension-Identifier: $identifier" '') in
    *'"SHUTDOWN"'*) break ;;
    *'"INVOKE"'*) ;;
    # Refused while the question of a dead sensor is still open.
    *) sleep 0.1 2>/dev/null || sleep 1 ;;
  esac
done
