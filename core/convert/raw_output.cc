// SPDX-License-Identifier: Apache-2.0
// raw and iso: the bytes of a view and nothing else.
#include "convert/output_formats.h"
#include "discern/sector.h"

namespace discern {

Status write_raw(OutputJob& job) {
  const auto digest = job.copy_to_file(job.view().source, "view:" + job.view().name, job.name());
  if (!digest) return digest.error();
  if (job.view().source->size() == 0) return Done{};  // nothing that could be opened
  auto written = job.written_view(job.name(), "raw", "media");
  if (!written) return written.error();
  job.expect("view:media", *digest, std::move(*written));
  return Done{};
}

Status write_iso(OutputJob& job) {
  const View& view = job.view();
  if (view.source->size() % kUserSector != 0 ||
      (job.image().disc && view.sector_size != kUserSector))
    return Error{Errc::unsupported,
                 "view " + view.name + " has no sectors of 2048 bytes; an ISO has nothing else",
                 job.image().path};
  return write_raw(job);
}

}  // namespace discern
