// SPDX-License-Identifier: Apache-2.0
// Owners of what libewf hands out.
#ifndef DISCERN_IMAGE_LIBEWF_HANDLE_H
#define DISCERN_IMAGE_LIBEWF_HANDLE_H

#include <libewf.h>

#include <array>
#include <memory>
#include <string>

namespace discern {

struct EwfError {
  libewf_error_t* error = nullptr;
  EwfError() = default;
  EwfError(const EwfError&) = delete;
  EwfError& operator=(const EwfError&) = delete;
  ~EwfError() { libewf_error_free(&error); }
  std::string text() const {
    std::array<char, 512> buffer = {};
    if (error == nullptr || libewf_error_sprint(error, buffer.data(), buffer.size()) < 0)
      return "libewf: no reason given";
    return buffer.data();
  }
};

struct CloseEwf {
  void operator()(libewf_handle_t* handle) const {
    libewf_handle_close(handle, nullptr);
    libewf_handle_free(&handle, nullptr);
  }
};
using EwfHandle = std::unique_ptr<libewf_handle_t, CloseEwf>;

}  // namespace discern

#endif
