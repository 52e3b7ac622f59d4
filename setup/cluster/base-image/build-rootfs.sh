#!/bin/sh
# Makes the root file system on which the service's image is based where no image registry can be reached: Node.js and
# the libraries that it and ONNX Runtime load, nothing else; no shell, no package manager.
#
#   build-rootfs.sh SCRATCH NODE TAR
set -eu
scratch=$1 node=$2 tar=$3
root=$scratch/root

rm -rf "$root" "$scratch/packages" "$scratch/debs"
mkdir -p "$scratch" "$root/tmp" "$root/etc" "$root/usr/local/bin" "$scratch/packages" "$scratch/debs"
chmod 1777 "$root/tmp"

fetch() { (cd "$scratch/debs" && apt-get download -q libc6 libgcc-s1 libstdc++6); }
fetch || { apt-get update -q && fetch; } # a new machine has no package lists yet
for deb in "$scratch"/debs/*.deb; do dpkg-deb -x "$deb" "$scratch/packages"; done

# The loader's path is part of every program; the other libraries are found in the folders that it searches by default.
for path in "$scratch"/packages/lib*/*/*.so* "$scratch"/packages/lib*/ld-*.so* \
  "$scratch"/packages/usr/lib*/*/*.so* "$scratch"/packages/usr/lib*/ld-*.so*; do
  [ -f "$path" ] || continue
  target=$root/${path#"$scratch"/packages/}
  mkdir -p "$(dirname "$target")"
  cp -L "$path" "$target"
done

# Where /lib is a link into /usr the packages hold the files there, while programs still name their loader by /lib64.
for folder in lib lib64; do
  [ -e "$root/$folder" ] || [ ! -d "$root/usr/$folder" ] || ln -s "usr/$folder" "$root/$folder"
done

# Without its symbols it is a seventh smaller.
strip -o "$root/usr/local/bin/node" "$node"
chmod 755 "$root/usr/local/bin/node"
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"

# Fixed times and order: the same inputs give the same image.
tar -C "$root" --sort=name --mtime=@0 --numeric-owner --owner=0 --group=0 -cf "$tar.part" .
mv "$tar.part" "$tar"
