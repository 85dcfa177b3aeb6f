# SPDX-License-Identifier: Apache-2.0
# `examine` killed at random moments and resumed ends in the case folders of an uninterrupted run,
# byte by byte; the word --resume aside. ROUNDS=200 by hand.
. "$(dirname "$0")/common.sh"
cd "$work" || exit 1
export SOURCE_DATE_EPOCH=1000000000
make_floppy a.img
printf 'GIF89a\1\0\1\0\200\0\0\377\377\377\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;' > dot.gif
mcopy -i a.img dot.gif ::/
zip -q b.imz a.img
head -c 900000 a.img > cut.img

# Its files, without the word: manifests differ by it, and are checked by themselves. report.pdf says the same as
# report.json, compressed, with the word in it.
without_resume() {
  (cd "$1" && find . -name MANIFEST.sha256 -print0 | while IFS= read -r -d '' manifest; do
    (cd "$(dirname "$manifest")" && sha256sum --quiet -c MANIFEST.sha256) || echo "broken: $manifest"
  done)
  (cd "$1" && find . -type f ! -name MANIFEST.sha256 ! -name report.pdf | sort | while read -r file; do
    printf '%s ' "$file"
    # The PDF has compressed pages, and other line breaks with a word more.
    case $file in
      *.pdf) pdftotext "$file" - | tr -s '[:space:]' ' ' ;;
      *) cat "$file" ;;
    esac | sed -e '/^ *"--resume",$/d; s/,"--resume"//; s/ --resume//' | sha256sum
  done)
}
killed=0
for images in "a.img" "a.img b.imz cut.img"; do
  # shellcheck disable=SC2086
  "$discern" examine -q $images -o case > whole.out 2> /dev/null
  whole=$?
  without_resume case > whole.sums
  rm -rf straight && mv case straight
  start=$(date +%s%N)
  "$discern" examine -q a.img -o timed > /dev/null 2>&1
  span=$((($(date +%s%N) - start) / 1000000 * $(echo "$images" | wc -w) + 20))
  rm -rf timed
  for round in $(seq "${ROUNDS:-5}"); do
    rm -rf case
    kills=0
    while [ $kills -lt 3 ]; do
      # shellcheck disable=SC2086
      "$discern" examine --resume -q $images -o case > /dev/null 2>&1 &
      sleep "$(printf '0.%03d' $((RANDOM % span)))"
      kill -9 $! 2> /dev/null || { wait $!; break; }
      wait $! 2> /dev/null
      kills=$((kills + 1))
      killed=$((killed + 1))
    done
    # shellcheck disable=SC2086
    "$discern" examine --resume -q $images -o case > resumed.out 2> err
    same $? $whole "round $round of '$images': status"
    cmp -s whole.out resumed.out || fail "round $round of '$images': other words"
    without_resume case > resumed.sums
    cmp -s whole.sums resumed.sums || fail "round $round of '$images': $(diff whole.sums resumed.sums | head -5)"
  done
  rm -rf case
done

echo "killed $killed times"

# What is not of this examination is not touched.
expect 0 "$discern" examine -q a.img -o done
expect 0 "$discern" examine -q a.img -o done --resume
expect 2 "$discern" examine -q b.imz -o done --resume
says 'of other arguments'
mkdir notes && echo mine > notes/report.json
expect 2 "$discern" examine -q a.img -o notes --resume
says 'there is no case in it'
grep -q mine notes/report.json || fail "a file of somebody else"
printf x >> done/hashes.csv
expect 2 "$discern" examine -q a.img -o done --resume
says 'cannot be resumed: hashes.csv'
finish
