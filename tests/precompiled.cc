// SPDX-License-Identifier: Apache-2.0
// Holds the precompiled headers of all test programs (DISCERN_PRECOMPILE).
