// SPDX-License-Identifier: Apache-2.0
#include "filesystem/unix_mode.h"

namespace discern {

char unix_type(std::uint32_t mode) {
  switch (mode & 0170000) {
    case 0010000:
      return 'p';
    case 0020000:
      return 'c';
    case 0040000:
      return 'd';
    case 0060000:
      return 'b';
    case 0120000:
      return 'l';
    case 0140000:
      return 's';
    default:
      return 'r';
  }
}

std::string unix_mode(std::uint32_t mode) {
  const char type = unix_type(mode);
  std::string text = {type, '/', type};
  constexpr char kLetters[] = "rwxrwxrwx";
  for (unsigned i = 0; i < 9; ++i) text += mode >> (8 - i) & 1 ? kLetters[i] : '-';
  // Set-user-id, set-group-id and sticky stand in the place of x, in capitals when that is not set.
  const auto put = [&](std::uint32_t bit, std::size_t at, char set, char alone) {
    if (mode & bit) text[at] = text[at] == 'x' ? set : alone;
  };
  put(04000, 5, 's', 'S');
  put(02000, 8, 's', 'S');
  put(01000, 11, 't', 'T');
  return text;
}

}  // namespace discern
