# SPDX-License-Identifier: Apache-2.0
# A collection in PostgreSQL answers what it answers in SQLite. A server of its own, without systemd, on
# a Unix socket only; skipped where Debian's postgresql-15 is not installed.
. "$(dirname "$0")/common.sh"
bin=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | tail -1)
[ -x "$bin/initdb" ] && command -v psql > /dev/null || { echo "no PostgreSQL (postgresql-15): skipped"; exit 77; }
command -v sqlite3 > /dev/null || { echo "no sqlite3: skipped"; exit 77; }
cd "$work" || exit 1
# It refuses to be root.
as_user=()
if [ "$(id -u)" -eq 0 ]; then
  id postgres > /dev/null 2>&1 && command -v runuser > /dev/null || { echo "no user postgres: skipped"; exit 77; }
  as_user=(runuser -u postgres --)
fi
chmod 755 "$work"
mkdir -m 700 pg && [ ${#as_user[@]} -eq 0 ] || chown postgres pg
stop() {
  "${as_user[@]}" "$bin/pg_ctl" -D "$work/pg/data" -m immediate stop > /dev/null 2>&1
  chmod -R u+w "$work"
  rm -rf "$work"
}
trap stop EXIT
"${as_user[@]}" "$bin/initdb" -D "$work/pg/data" -A trust -E UTF8 --locale=C --no-sync > init.log 2>&1 &&
  "${as_user[@]}" "$bin/pg_ctl" -D "$work/pg/data" -w -l "$work/pg/log" -o "-k $work/pg -c listen_addresses=''" start > init.log 2>&1 ||
  { cat init.log; echo "PostgreSQL does not start"; exit 1; }
user=$(id -un)
[ ${#as_user[@]} -eq 0 ] || user=postgres
postgres() { "${as_user[@]}" psql -h "$work/pg" -U "$user" -d postgres -q -t -A "$@"; }

# Two floppies share a file and one is there twice, as an IMZ; one has sectors that could not be read;
# names with everything that a script could stumble over.
mkdir shelf
make_floppy shelf/one.img
cp shelf/one.img shelf/two.img
printf 'two' | dd of=shelf/two.img bs=1 seek=900000 conv=notrunc status=none
(cd shelf && zip -q one.imz one.img)
cp shelf/two.img shelf/unread.img
printf '0x000000000 ? 1\n0x0 0xA0000 +\n0xA0000 0x400 -\n0xA0400 0xC7C00 +\n' > shelf/unread.map
cp shelf/one.img 'shelf/o'\''dd "na\me" \u0000; drop table image; --.img'
cp shelf/one.img "$(printf 'shelf/li\nne\ttab\xff.img')"
: > shelf/empty.img
expect 0 "$discern" batch plan --operations info,hash,verify,timeline,entries,carve shelf -o jobs
"$discern" batch run -q jobs > /dev/null 2>&1
expect 1 "$discern" batch merge jobs -o merged
[ ! -e merged/collection.sqlite.partial ] || fail "a partial database"
expect 64 "$discern" batch postgresql
expect 2 "$discern" batch postgresql jobs
says 'merged.jsonl'
expect 0 "$discern" batch postgresql merged
cp out load.sql
postgres < load.sql > loaded 2>&1 || fail "psql: $(head -c 500 loaded)"

# ask QUESTION: the same rows from both, and at least one.
ask() {
  local here there
  here=$(sqlite3 merged/collection.sqlite "$1")
  there=$(postgres -c "$1" 2>&1)
  same "$there" "$here" "$1"
  [ -n "$here" ] || fail "no answer: $1"
}
sum=$(sha256sum < shelf/one.img | cut -d' ' -f1)
ask "select distinct image from object where sha256 = '$sum' order by image"
same "$(postgres -c "select count(distinct image) from object where sha256 = '$sum'")" 4 "images that hold a digest"
ask "select sha256, count(distinct image), min(object) from object where object like 'entry:%' and size > 0 and bad_bytes = 0
  group by sha256 having count(distinct image) > 1 order by sha256"
ask "select image, object, bad_bytes, size from object where bad_bytes > 0 and object not like 'entry:%' order by image, object"
same "$(postgres -c "select distinct substring(image from '[^/]*\$'), bad_bytes from object where bad_bytes > 0")" "unread.img|1024" "images with bytes that cannot be read"
for table in image object verification event carved finding; do
  same "$(postgres -c "select count(*), count(image) from $table")" \
    "$(sqlite3 merged/collection.sqlite "select count(*), count(image) from $table")" "rows of $table"
done
for query in 'select * from image' 'select "image", "offset", size, md5, sha1 from object where object like '"'view:%'" \
  'select image, "time", time_ns, kind, validity, path, size, state from event' \
  'select image, code, severity, "where", "text" from finding'; do
  for kind in sqlite postgres; do
    [ $kind = sqlite ] && sqlite3 merged/collection.sqlite "$query" | sort > rows.sqlite
    [ $kind = postgres ] && postgres -c "$query" | sort > rows.postgres
  done
  cmp rows.sqlite rows.postgres || fail "other rows: $query: $(diff rows.sqlite rows.postgres | head -4)"
done

# All or nothing: a second time there is such a table, and a script that is cut off leaves none.
postgres < load.sql > again 2>&1 && fail "loaded twice"
same "$(postgres -c 'select count(*) from image')" 7 "images after that"
postgres -c 'create database cut' && head -c $(($(stat -c %s load.sql) / 2)) load.sql |
  "${as_user[@]}" psql -h "$work/pg" -U "$user" -d cut -q > cut.log 2>&1
same "$("${as_user[@]}" psql -h "$work/pg" -U "$user" -d cut -t -A -c "select count(*) from pg_tables where schemaname = 'public'")" 0 "tables of half a script"
# A text with U+0000, which PostgreSQL has not.
mkdir nul
printf '%s\n' '{"schema":"discern/timeline/1","path":"a\\u0000\u0000b"}' '{"schema":"discern/record/1","image":"x"}' > nul/merged.jsonl
"$discern" batch postgresql nul | "${as_user[@]}" psql -h "$work/pg" -U "$user" -d cut -q > cut.log 2>&1 || fail "U+0000: $(cat cut.log)"
same "$("${as_user[@]}" psql -h "$work/pg" -U "$user" -d cut -t -A -c "select image, path from event")" 'x|a\u0000␀b' "U+0000"
finish
