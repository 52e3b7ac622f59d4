#!/bin/sh
# bin/lab on a machine that has nothing: a Debian of its smallest size, made by debootstrap, with this checkout and no Node.js.
#
#   tests/soak/debian-chroot.sh [SUITE] [FOLDER]
#
# SUITE   Debian's name for it; bookworm unless given
# FOLDER  where the file system is made, and deleted at the end; a temporary one unless given
#
# It runs `bin/lab doctor` twice, and is content if the first one brings Node.js and the packages, the second one brings nothing, and
# both say what is missing (exit code 2). It takes some minutes, and root. What this machine knows of mirrors and proxies holds there.
set -eu

suite=${1:-bookworm}
root=${2:-$(mktemp -d)}
project=$(cd "$(dirname "$0")/../.." && pwd)
[ "$(id -u)" = 0 ] || {
  echo "debootstrap needs root" >&2
  exit 2
}

clean() {
  umount "$root/proc" 2>/dev/null || true
  rm -rf --one-file-system "$root"
}
trap clean EXIT

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $suite" 2>/dev/null | head -n 1)
# shellcheck disable=SC2086 # no mirror means no argument
debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" ${mirror:+"$mirror"} >"$root.log"
mount -t proc proc "$root/proc" 2>/dev/null || true
for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt "$HOME/.npmrc" /etc/apt/apt.conf.d/*proxy*; do
  [ -f "$file" ] || continue
  mkdir -p "$root$(dirname "$file")"
  cp "$file" "$root$file"
done
mkdir -p "$root/root/online-inference"
git -C "$project" archive HEAD | tar -x -C "$root/root/online-inference"

# A fresh environment: of this machine's variables only those that say how the world outside is reached.
doctor() {
  # shellcheck disable=SC2046 # one word a variable, none of which holds blanks
  chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    $(env | grep -E '^(https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|PIP_CERT)=') \
    /root/online-inference/bin/lab doctor
}

status=0
for run in first second; do
  code=0
  doctor >"$root/$run" 2>&1 || code=$?
  echo "== $run run, exit code $code"
  cat "$root/$run"
  [ "$code" = 2 ] || status=1
done
grep -q '^bringing Node.js' "$root/first" && grep -q '^installing the npm packages' "$root/first" || status=1
grep -q -e '^bringing' -e '^installing' "$root/second" && status=1
exit "$status"
