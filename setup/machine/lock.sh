# Locks of bin/lab for what it does before there is a Node.js, whose locks are in lock.ts. For any POSIX shell; uses say and fail.
#
# A lock is a link to nowhere whose target says who holds it: a link and what it says are made in one step, by one of several who try.

# Waits until no other bin/lab holds a lock, then holds it until release, or until this one ends.
# $1: its path. $2: what its holder does, for those who wait.
hold() {
  lock=$1
  # In another container the same number is another process.
  here="$(uname -n) $(readlink /proc/self/ns/pid 2>/dev/null || :)"
  me="$$ $here"
  trap release EXIT
  for signal in HUP INT TERM; do trap "release; kill -s $signal $$" "$signal"; done
  waited=0
  misses=0
  holder=
  said=
  until ln -s "$me" "$lock" 2>/dev/null; do
    before=$holder
    if holder=$(readlink "$lock"); then
      misses=0
      [ "$holder" = "$before" ] || waited=0
      if is_gone "$holder"; then
        take_away && continue
      elif [ -z "$said" ]; then
        say "waiting for another bin/lab (process ${holder%% *}) that $2; if none runs, delete $lock"
        said=yes
      fi
    else
      # It may have been released just now, but not each time.
      misses=$((misses + 1))
      [ "$misses" -lt 4 ] || fail "$lock: this link cannot be made. Let this user ($(id -un)) write into its folder, on a file system with links, and run the same command again."
    fi
    sleep 1
    waited=$((waited + 1))
  done
}

# Whether the holder of a lock has ended. One of another machine or container cannot be asked: after 15 min it counts as gone.
is_gone() {
  if [ "${1#* }" != "$here" ]; then
    [ "$waited" -ge 900 ]
    return
  fi
  if kill -0 "${1%% *}" 2>/dev/null; then return 1; fi
  # Another user's process may not be asked by kill.
  if [ -d /proc/self ]; then ! [ -d "/proc/${1%% *}" ]; else ! ps -p "${1%% *}" >/dev/null 2>&1; fi
}

# Removes a lock whose holder is gone. One at a time may, and looks again: the lock may be another one's by now.
take_away() {
  if ln -s "$me" "$lock.taken" 2>/dev/null; then
    if left=$(readlink "$lock") && is_gone "$left"; then rm -f "$lock"; fi
    rm -f "$lock.taken"
    return 0
  fi
  # Who took it away may have been killed over it.
  if taker=$(readlink "$lock.taken") && is_gone "$taker"; then rm -f "$lock.taken"; fi
  return 1
}

# Removes the lock that this process holds, if it does.
release() {
  for link in "$lock" "$lock.taken"; do
    [ "$(readlink "$link" 2>/dev/null)" != "$me" ] || rm -f "$link"
  done
  trap - EXIT HUP INT TERM
}
