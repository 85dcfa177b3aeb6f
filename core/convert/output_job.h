// SPDX-License-Identifier: Apache-2.0
// What the writer of an output format works with. A row of output_formats() does three things:
//
//   job.create(NAME)            a file in the job's folder, which has its final name from the start
//   job.copy(SOURCE, SINK)      every byte of SOURCE to SINK, in order; returns their SHA-256
//   job.expect(OBJECT, SHA256, SOURCE)   SOURCE is what a reader of ours sees in the written files;
//                               convert() reads it, compares, and only then moves the files out
#ifndef DISCERN_CONVERT_OUTPUT_JOB_H
#define DISCERN_CONVERT_OUTPUT_JOB_H

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "discern/convert.h"

namespace discern {

// A new file. What fails is told by close(), or earlier.
class OutputFile {
 public:
  OutputFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  OutputFile(OutputFile&& other) noexcept;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }  // bytes appended so far
  Status append(Bytes bytes);
  // Over bytes that were appended before.
  Status overwrite(std::uint64_t offset, Bytes bytes);
  // Also puts the bytes on the disk.
  Status close();

 private:
  std::string path_;
  int fd_;
  std::uint64_t size_ = 0;
};

using Sink = std::function<Status(Bytes)>;

class OutputJob {
 public:
  // `folder` is empty and the job's own; `name` is the file's that the user named.
  OutputJob(const Image& image, const View& view, std::string folder, std::string name,
            const ConvertOptions& options)
      : image_(image),
        view_(view),
        folder_(std::move(folder)),
        name_(std::move(name)),
        options_(options) {}

  const Image& image() const { return image_; }
  const View& view() const { return view_; }
  const std::string& name() const { return name_; }
  const ConvertOptions& options() const { return options_; }
  std::string stem() const;  // name() without its extension

  Result<OutputFile> create(const std::string& name);
  std::string path_of(const std::string& name) const { return folder_ + "/" + name; }

  // A file of the folder that something else made; puts its bytes on the disk.
  Status add_file(const std::string& name);

  // Errc::io at the first unreadable byte, unless options.keep_going: then zeros go to the sink
  // and a finding says so. `object` names the source in messages. An empty sink only computes, with
  // zeros for what is unreadable.
  Result<std::string> copy(const SourcePtr& source, const std::string& object, const Sink& sink);
  // SHA-256 of every byte of `source`, zeros for what is unreadable.
  Result<std::string> digest_of(const SourcePtr& source, const std::string& object) const;
  // create() and copy() of the whole.
  Result<std::string> copy_to_file(const SourcePtr& source, const std::string& object,
                                   const std::string& name);

  // What of `source` could not be read: Errc::io unless options.keep_going, otherwise findings.
  Status tell_bad(const ByteSource& source, const std::string& object,
                  std::span<const ByteRange> bad);

  // Opens a written file as `format` (a row of formats()) and takes a view of it.
  Result<SourcePtr> written_view(const std::string& name, const std::string& format,
                                 const std::string& view) const;
  void expect(std::string object, std::string sha256, SourcePtr source);
  void note(Finding finding) { conversion_.findings.push_back(std::move(finding)); }

 private:
  friend class Conversions;
  struct Expected {
    std::string object;
    std::string sha256;
    SourcePtr source;
  };
  const Image& image_;
  const View& view_;
  std::string folder_;
  std::string name_;
  const ConvertOptions& options_;
  std::vector<std::string> created_;
  std::vector<Expected> expected_;
  Conversion conversion_;
};

}  // namespace discern

#endif
