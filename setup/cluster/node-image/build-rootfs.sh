#!/bin/sh
# Makes the root file systems of minikube's node and of kube-proxy where no image registry can be reached.
#
#   build-rootfs.sh WORK OUT SHIM|- CRI_DOCKERD CRICTL KUBE_PROXY
#
# WORK         scratch folder; an interrupted run goes on there
# OUT          gets node/rootfs.tar (minikube's node) and kube-proxy.tar
# SHIM         the OCI-runtime shim for a machine without CAP_SYS_RESOURCE, or - for none
# the others   the binaries to put in
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$1 out=$2 shim=$3 cri_dockerd=$4 crictl=$5 kube_proxy=$6
suite=bookworm # a newer systemd refuses cgroup v1
root=$work/node

bootstrap() {
  [ -e "$work/bootstrapped" ] && return 0
  umount "$root/proc" "$root/sys" 2>/dev/null || true # an interrupted debootstrap leaves them mounted
  rm -rf "$root"
  mkdir -p "$work/packages"
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $suite" 2>/dev/null | head -n 1)
  include=$(paste -sd, "$here/packages.txt")
  # shellcheck disable=SC2086 # no mirror means no argument
  debootstrap --variant=minbase --cache-dir="$work/packages" --include="$include" "$suite" "$root" ${mirror:+"$mirror"}
  : >"$work/bootstrapped"
}

configure_users() {
  chroot "$root" groupadd -f docker
  chroot "$root" id docker >/dev/null 2>&1 || chroot "$root" useradd -m -u 1000 -g docker -s /bin/bash docker
  chroot "$root" usermod -p '*' docker # sshd refuses an account that is locked by '!'
  install -d -m 700 -o 1000 -g "$(chroot "$root" id -g docker)" "$root/home/docker/.ssh"
  echo 'docker ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/docker"
  chmod 440 "$root/etc/sudoers.d/docker"
  install -m 644 "$here/sshd.conf" "$root/etc/ssh/sshd_config.d/node.conf"
}

configure_units() {
  rm -f "$root"/etc/systemd/system/*.wants/* "$root"/lib/systemd/system/multi-user.target.wants/* \
    "$root"/lib/systemd/system/local-fs.target.wants/* "$root"/lib/systemd/system/sockets.target.wants/*udev* \
    "$root"/lib/systemd/system/sockets.target.wants/*initctl* "$root"/lib/systemd/system/basic.target.wants/*
  install -m 644 "$here/cri-docker.service" "$here/cri-docker.socket" "$root/lib/systemd/system/"
  chroot "$root" systemctl enable docker.service ssh.service
  chroot "$root" systemctl disable containerd.service
  chroot "$root" systemctl set-default multi-user.target
}

install_binaries() {
  install -m 755 "$here/entrypoint" "$root/usr/local/bin/entrypoint"
  install -m 755 "$cri_dockerd" "$root/usr/bin/cri-dockerd"
  install -m 755 "$crictl" "$root/usr/bin/crictl"
  ln -sf ../sbin/dockerd "$root/usr/bin/dockerd"
  mkdir -p "$root/opt/cni"
  ln -sfn /usr/lib/cni "$root/opt/cni/bin"
  if [ "$shim" != - ] && [ ! -e "$root/usr/sbin/runc.real" ]; then
    mv "$root/usr/sbin/runc" "$root/usr/sbin/runc.real"
  fi
  [ "$shim" = - ] || install -m 755 "$shim" "$root/usr/sbin/runc"
}

describe() {
  echo '{"iso_version":"","kicbase_version":"online-inference","minikube_version":"v1.36.0","commit":""}' >"$root/version.json"
  : >"$root/etc/machine-id"
  rm -rf "$root"/etc/ssh/ssh_host_*.dpkg* "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* \
    "$root"/usr/share/man/* "$root"/usr/share/locale/*
}

# Copies files of the node's file system, and every library that they load, into another one.
copy_with_libraries() {
  target=$1
  shift
  for file in "$@"; do
    {
      echo "$file"
      chroot "$root" ldd "$file" 2>/dev/null | awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }'
    } | while read -r path; do
      mkdir -p "$target$(dirname "$path")"
      cp -L "$root$path" "$target$path"
    done
  done
}

make_kube_proxy() {
  target=$work/kube-proxy
  rm -rf "$target"
  mkdir -p "$target/tmp" "$target/etc" "$target/usr/local/bin" "$target/run" "$target/var/lib"
  copy_with_libraries "$target" /usr/sbin/xtables-nft-multi /usr/sbin/nft /usr/sbin/conntrack /usr/sbin/ipset /bin/kmod /bin/sh
  plugins=$(cd "$root" && echo usr/lib/*/xtables)
  mkdir -p "$target/$(dirname "$plugins")"
  cp -R "$root/$plugins" "$target/$plugins"
  # A plugin that does not load fails every rule of every Service: `statistic`, by which several endpoints share the
  # requests, needs libm.
  # shellcheck disable=SC2046 # one argument for each plugin
  copy_with_libraries "$target" $(cd "$root" && printf '/%s ' "$plugins"/*.so)
  for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -s xtables-nft-multi "$target/usr/sbin/$name"
  done
  mkdir -p "$target/sbin"
  ln -s ../bin/kmod "$target/sbin/modprobe"
  install -m 755 "$kube_proxy" "$target/usr/local/bin/kube-proxy"
  cp "$root/etc/protocols" "$target/etc/" 2>/dev/null || true
  tar -C "$target" --numeric-owner --owner=0 --group=0 -cf "$out/kube-proxy.tar.part" .
  mv "$out/kube-proxy.tar.part" "$out/kube-proxy.tar"
}

make_node() {
  tar -C "$root" --numeric-owner -cf "$out/node/rootfs.tar.part" .
  mv "$out/node/rootfs.tar.part" "$out/node/rootfs.tar"
}

mkdir -p "$work" "$out/node"
bootstrap
configure_users
configure_units
install_binaries
describe
make_kube_proxy
make_node
