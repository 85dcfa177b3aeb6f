// SPDX-License-Identifier: Apache-2.0
// Boost.JSON, compiled into the library: Debian's Boost headers have it, no other library is
// linked.
#include <boost/json/src.hpp>
