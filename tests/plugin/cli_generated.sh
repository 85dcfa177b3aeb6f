# SPDX-License-Identifier: Apache-2.0
# Help, man page and completions list the same commands and options, and each is accepted by the
# program that reads it.
. "$(dirname "$0")/common.sh"
cd "$work" || exit 1
for what in man bash zsh fish; do
  expect 0 "$discern" generate $what
  cp out generated.$what
done
expect 64 "$discern" generate tcsh
commands=$("$discern" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | sort)
[ "$(wc -w <<< "$commands")" -ge 10 ] || fail "the overview lists few commands"
same "$(sed -n 's/^\.SS discern \([a-z]*\) .*/\1/p' generated.man | sort)" "$commands" "commands of the man page"

for command in $commands; do
  help=$("$discern" "$command" -h | grep -oE -- '--[a-z-]+ |--[a-z-]+$' | tr -d ' ' | sort -u)
  long=$("$discern" "$command" --help | sed -n '/^Options:/,/^Examples:/p' | grep -oE '^ {6}--[a-z-]+|^  -., --[a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u)
  man=$(sed -n "/^\.SS discern $command /,/^\.\(SS\|SH\)/p" generated.man | sed -n '/^\.TP/{n;s/\\//g;p}' | grep -oE -- '--[a-z-]+' | sort -u)
  bash=$(sed -n "s/^    $command) .*-W '\(.*\)' --.*/\1/p" generated.bash | tr ' ' '\n' | grep -E '^--' | sort -u)
  zsh=$(sed -n "/^    $command) /,/;;/p" generated.zsh | grep -oE "'--[a-z-]+" | tr -d "'" | sort -u)
  fish=$(sed -n "s/.*__fish_seen_subcommand_from $command' -l \([a-z-]*\).*/--\1/p" generated.fish | sort -u)
  [ -n "$long" ] || fail "$command --help lists nothing"
  for list in help man bash zsh fish; do
    # -h mentions options in its texts, too.
    [ "$list" = help ] && { missing=$(comm -23 <(echo "$long") <(echo "$help")); same "$missing" "" "$command -h lacks"; continue; }
    same "${!list}" "$long" "options of $command: $list"
  done
  [ "$("$discern" "$command" --help | sed -n '/^Examples:/,$p' | grep -c '^  # ')" -ge 3 ] || fail "$command has less than three examples"
  [ "$("$discern" "$command" -h | wc -l)" -le 40 ] || fail "$command -h is more than a screen"
  "$discern" "$command" -h | awk -v command="$command" 'length($0) > 80 { print command " -h is wide: " $0; wide = 1 } END { exit wide }' || exit 1
done

bash -n generated.bash || fail "bash refuses its completion"
same "$(bash -c '. ./generated.bash; COMP_WORDS=(discern ve); COMP_CWORD=1; _discern; echo "${COMPREPLY[*]}"')" verify "completion of a command"
same "$(bash -c '. ./generated.bash; COMP_WORDS=(discern carve --list-o); COMP_CWORD=2; _discern; echo "${COMPREPLY[*]}"')" --list-only "completion of an option"
if command -v zsh > /dev/null; then zsh -n generated.zsh || fail "zsh refuses its completion"; fi
if command -v fish > /dev/null; then fish -n generated.fish || fail "fish refuses its completion"; fi
if command -v man > /dev/null && command -v groff > /dev/null; then
  same "$(man --warnings -l generated.man 2>&1 > page | head -3)" "" "man's warnings"
  grep -q 'EXIT STATUS' page || fail "the man page has no exit status"
fi
finish
