// SPDX-License-Identifier: Apache-2.0
// Boost.JSON, compiled into this library.
#include <boost/json/src.hpp>
