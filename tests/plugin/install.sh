# SPDX-License-Identifier: Apache-2.0
# Installed files serve an outside project: find_package(discern), pkg-config, and the program.
. "$(dirname "$0")/common.sh"
cmake --install "$DISCERN_BUILD" --prefix "$work/usr" > "$work/out" 2>&1 || fail "cmake --install: $(tail -3 "$work/out")"
mkdir "$work/outside"
cat > "$work/outside/main.cc" <<'CC'
#include <cstdio>
#include "discern/digest.h"
#include "discern/image.h"
#include "discern/tsk_image.h"
int main(int, char** arguments) {
  auto image = discern::open_image(arguments[1]);
  if (!image) return std::puts(describe(image.error()).c_str()), 2;
  auto shared = std::make_shared<const discern::Image>(std::move(*image));
  return discern::open_tsk_image(shared, shared->main_view()) ? 0 : 1;
}
CC
cat > "$work/outside/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(outside CXX)
find_package(discern REQUIRED)
add_executable(outside main.cc)
target_link_libraries(outside PRIVATE discern::core discern::sleuthkit)
CMAKE
make_floppy "$work/a.img"
flags=()
# Built with a sanitizer, everything that links it must be too.
if grep -qE '^CMAKE_CXX_FLAGS:STRING=.*-fsanitize' "$DISCERN_BUILD/CMakeCache.txt"; then
  flags=(-DCMAKE_CXX_FLAGS="$(sed -n 's/^CMAKE_CXX_FLAGS:STRING=//p' "$DISCERN_BUILD/CMakeCache.txt")")
fi
cmake -S "$work/outside" -B "$work/outside/build" -DCMAKE_PREFIX_PATH="$work/usr" "${flags[@]}" > "$work/out" 2>&1 &&
  cmake --build "$work/outside/build" >> "$work/out" 2>&1 || fail "find_package: $(tail -5 "$work/out")"
expect 0 "$work/outside/build/outside" "$work/a.img"

if [ ${#flags[@]} -eq 0 ]; then
  export PKG_CONFIG_PATH=$work/usr/lib/x86_64-linux-gnu/pkgconfig:$work/usr/lib/pkgconfig
  # shellcheck disable=SC2046
  g++ -std=c++20 "$work/outside/main.cc" -o "$work/by-pkg-config" $(pkg-config --cflags --libs discern) ||
    fail "pkg-config flags do not build"
  expect 0 "$work/by-pkg-config" "$work/a.img"
fi

# The folder that goes into Autopsy's python_modules.
[ -f "$work/usr/share/discern/autopsy/discern/discern_data_source.py" ] || fail "no modules for Autopsy 4"

# The installed program finds its plugin.
(cd "$work" && zip -q a.imz a.img)
expect 0 "$work/usr/bin/discern" run -- fls "$work/a.imz"
prints hello.txt
finish
