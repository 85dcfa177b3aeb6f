// SPDX-License-Identifier: Apache-2.0
// Owners of objects of C libraries.
#ifndef DISCERN_REPORT_FREE_H
#define DISCERN_REPORT_FREE_H

namespace discern {

// Deleter of std::unique_ptr: calls `free`.
template <auto free>
struct Free {
  template <class T>
  void operator()(T* what) const {
    free(what);
  }
};

}  // namespace discern

#endif
