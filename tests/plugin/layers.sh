# SPDX-License-Identifier: Apache-2.0
# The dependency rule: who may include whom, what public headers may name, what the core may not do.
. "$(dirname "$0")/common.sh"
cd "$DISCERN_SOURCE" || exit 1

thirdparty='<(boost|openssl|libewf|isa-l|libdeflate|tsk|gtest|hs/)'
! grep -rnE "#include $thirdparty" core/include sleuthkit-adapter/include || fail "a public header names a third party"
! grep -rln '#include <tsk/' --include='*.h' --include='*.cc' core plugin/cli samples || fail "TSK outside the adapter and the plugin"
! grep -rnE '\b(printf|fprintf|std::cout|std::cerr|exit|abort|getenv|setenv)\(' core --include='*.cc' | grep -v snprintf ||
  fail "the core prints, ends the process or reads the environment"

# Inside the core a folder includes headers of itself and of folders below it.
may() {
  case $1 in
    source) echo source ;;
    image) echo source image volume optical ;;
    optical | volume) echo source image $1 ;;
    filesystem) echo source image optical volume filesystem ;;
    digest) echo source image optical volume filesystem digest ;;
    convert) echo source image optical volume digest convert ;;
    timeline) echo source image optical volume filesystem timeline digest ;;
    carve) echo source image optical volume filesystem digest carve ;;
    report) echo source image optical volume filesystem digest timeline carve report ;;
  esac
}
for folder in source image optical volume filesystem digest convert timeline carve report; do
  allowed=" $(may $folder) "
  while IFS=: read -r file _ line; do
    other=$(sed -nE 's|.*#include "([a-z]+)/.*|\1|p' <<< "$line")
    case $other in discern | '') continue ;; esac
    [[ $allowed == *" $other "* ]] || fail "$file includes $other"
  done < <(grep -rn '#include "' "core/$folder")
done
finish
