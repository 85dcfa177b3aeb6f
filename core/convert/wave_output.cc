// SPDX-License-Identifier: Apache-2.0
#include "convert/output_formats.h"
#include "discern/wave_file.h"
#include "optical/wave.h"

namespace discern {

Status write_wave(OutputJob& job) {
  const View& view = job.view();
  const Error unfit{Errc::unsupported,
                    "view " + view.name + " is no audio track; name one with --view 'track N'",
                    job.image().path};
  const Track* const track = track_of(job.image(), view);
  if (!track || track->mode != SectorMode::audio) return unfit;
  const auto header = wave_header(view.source->size());
  if (!header) return Error{Errc::unsupported, "a RIFF file ends at 4 GiB", job.image().path};
  auto file = job.create(job.name());
  if (!file) return file.error();
  if (const Status done = file->append(*header); !done) return done;
  const auto digest =
      job.copy(view.source, "view:" + view.name, [&](Bytes bytes) { return file->append(bytes); });
  if (!digest) return digest.error();
  if (const Status closed = file->close(); !closed) return closed;
  auto written = MappedFile::open(file->path());
  if (!written) return written.error();
  auto samples = wave_samples(*written);
  if (!samples) return samples.error();
  job.expect("samples of view:" + view.name, *digest, std::move(*samples));
  return Done{};
}

}  // namespace discern
