// SPDX-License-Identifier: Apache-2.0
// A set of EWF segment files made from a view. libewf writes the sections; the chunks are
// compressed here, several at a time, and handed to it ready-made.
#ifndef DISCERN_CONVERT_EWF_SET_H
#define DISCERN_CONVERT_EWF_SET_H

#include <cstdint>
#include <string>
#include <vector>

#include "discern/convert.h"
#include "discern/digest.h"
#include "discern/image.h"
#include "discern/progress.h"
#include "discern/result.h"

namespace discern {

// encase6 is what most programs read; ewfx holds a SHA-256 as well.
enum class EwfFlavour { encase6, ewfx };

struct EwfSet {
  std::vector<std::string> segments;  // paths
  std::vector<Digest> digests;        // MD5, SHA-1, SHA-256 of the medium
  std::vector<ByteRange> bad;         // zeros stand for these, as acquisition errors of the set
};

// `stem` is the path of the first segment without its extension. Sectors that cannot be read are
// written as zeros and told as acquisition errors of exactly these sectors, as are the view's
// fillers.
//
// Errc::unsupported  the view is no whole number of sectors; case data with tabs or line ends
// Errc::io           libewf's words
// Errc::cancelled
Result<EwfSet> write_ewf_set(const Image& image, const View& view, EwfFlavour flavour,
                             const std::string& stem, const CaseData& data, int threads,
                             const Progress& progress);

}  // namespace discern

#endif
