#!/bin/sh
# Runs in a mount namespace of its own and makes the machine look like a Lambda execution environment: /opt, /var and /tmp are folders below $FOLDER. What the
# programs need from below the hidden folders ($KEEP, one path a line) stays where it is.
set -eu
mkdir -p "$FOLDER/kept"
count=0
for path in $KEEP; do
  count=$((count + 1))
  mkdir -p "$FOLDER/kept/$count"
  mount --bind "$path" "$FOLDER/kept/$count"
done
for entry in $BIND; do # file=target, both outside of what is hidden
  mount --bind "${entry%%=*}" "$FOLDER/${entry#*=}"
done
[ -z "${HOSTS_FILE:-}" ] || mount --bind "$HOSTS_FILE" /etc/hosts
[ -z "${TMP_SIZE:-}" ] || mount -t tmpfs -o "size=$TMP_SIZE" none "$FOLDER/tmp"
mount --rbind "$FOLDER/opt" /opt
mount --rbind "$FOLDER/kept" /mnt
mount --rbind "$FOLDER/var" /var
mount --rbind "$FOLDER/tmp" /tmp
count=0
for path in $KEEP; do
  count=$((count + 1))
  [ -d "$path" ] && continue
  mkdir -p "$path"
  mount --bind "/mnt/$count" "$path"
done
unset FOLDER KEEP BIND TMP_SIZE HOSTS_FILE count path entry
cd /var/task
exec "$@"
