// SPDX-License-Identifier: Apache-2.0
// Boost.JSON, the oracle of the JSON tests, compiled once for all of them.
#include <boost/json/src.hpp>
