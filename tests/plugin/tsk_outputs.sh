# SPDX-License-Identifier: Apache-2.0
# What the tools of The Sleuth Kit print of an image: runs every tool on ./image and leaves what each
# prints in OUT/<tool>. Lines that hold the wall clock, a random id or the tool's own resource use are
# dropped. TSK_ENTRIES entries are looked at one by one; with TSK_QUICK the slow tools are left out.
# Usage: tsk_outputs.sh OUT   (under `discern run --`: all tools through one launcher, a third of the time)
out=$1
mkdir -p "$out"
run() {
  local name=$1
  shift
  { "$@"; echo "status $?"; } >> "$out/$name" 2>&1 < /dev/null
}
run fls fls -r -p image
run fls_body fls -r -m / image
run mmls mmls image
run fsstat fsstat image
run ils ils -a image
sed -i 2,3d "$out/ils"
for id in $(grep -oE '^[^:]*[0-9]+(-[0-9]+-[0-9]+)?(\(realloc\))?:' "$out/fls" | grep -oE '[0-9]+[-0-9]*' | sort -u | head -"${TSK_ENTRIES:-25}"); do
  run istat istat image "$id"
  run icat icat image "$id"
  run icat_slack icat -s image "$id"
  run ffind ffind image "$id"
done
run ifind_name ifind -n COPYING image
run fcat fcat "$(sed -n 's/^r\/r [0-9-]*:\t\([^\t]*\)$/\1/p' "$out/fls" | head -1)" image
for block in 0 1 17 33 50 150; do
  run ifind_block ifind -d "$block" image
  run blkcat blkcat image "$block"
  run blkstat blkstat image "$block"
  run blkcalc blkcalc -u "$block" image
done
run blkls blkls image
run blkls_all blkls -e image
run blkls_slack blkls -s image
run blkls_list blkls -l image
sed -i 2,3d "$out/blkls_list"
run img_cat img_cat image
run mmstat mmstat image
run mmcat mmcat image 0
run jls jls image
run jcat jcat image 0
run usnjls usnjls image
run tsk_imageinfo tsk_imageinfo image
run sigfind sigfind 55AA image
[ -z "${TSK_QUICK:-}" ] || exit 0
run tsk_recover tsk_recover -e image recovered
(cd recovered 2> /dev/null && find . -type f -print0 | sort -z | xargs -0r sha256sum) > "$out/recovered"
run tsk_comparedir tsk_comparedir image recovered
rm -rf recovered
run tsk_gettimes tsk_gettimes image
run tsk_loaddb tsk_loaddb -d case.db image
sqlite3 case.db .dump | grep -v 'INSERT INTO data_source_info' > "$out/database"
rm -f case.db
run fiwalk fiwalk -x image
sed -i -E '/<(start_date|start_time|time|rusage|utime|stime|maxrss|minflt|majflt|nswap|inblock|oublock|clocktime|stop_time|nvcsw|nivcsw|timestamp|command_line|cwd|!-- (clock|stop_time|start_time))/d' "$out/fiwalk"
mkdir sorted
run sorter sorter -d sorted -U -m / image
cat sorted/*.txt 2> /dev/null | sed '/^Date:/d' > "$out/sorted"
rm -rf sorted
