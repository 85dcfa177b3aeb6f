#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the Debian packages, asks lintian, installs them in a new Debian 12 without anything else,
# and uses what they bring. Minutes, and root: not part of ctest.
# Usage: tests/packages/run.sh [FOLDER]   (FOLDER: a Debian 12 made by debootstrap, changed by this)
set -euo pipefail
cd "$(dirname "$0")/../.."
cmake --preset package > /dev/null
cmake --build --preset package
rm -f build/package/*.deb
cpack -G DEB --config build/package/CPackConfig.cmake -B build/package > /dev/null
lintian --allow-root --fail-on error,warning build/package/*.deb

root=${1:-}
if [ -z "$root" ]; then
  root=$(mktemp -d)/debian
  debootstrap --variant=minbase bookworm "$root"
fi
cp build/package/*.deb "$root/tmp/"
cmake --preset release > /dev/null
cmake --build --preset release --target make_raw_cd
samples/make_images.sh
rm -rf "$root/tmp/samples"
cp -r samples/images "$root/tmp/samples"
mount --bind /proc "$root/proc"  # a machine has one
trap 'umount "$root/proc"' EXIT
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" bash -eux << 'IN'
export DEBIAN_FRONTEND=noninteractive
cd /tmp
apt-get update -q
apt-get install -y -q --no-install-recommends ./discern-tools_*.deb ./libdiscern-c0_*.deb ./libdiscern-dev_*.deb ./python3-discern_*.deb sleuthkit
discern --version
discern selftest
discern hash samples/floppy.imz
discern verify samples/disc.cue
discern run -- fls -r samples/floppy.imz | grep notes.zip
python3 -c 'import discern; print([view.name for view in discern.open("/tmp/samples/floppy.imz").views()])'
IN
echo "packages: installed and used"
