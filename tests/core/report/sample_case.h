// SPDX-License-Identifier: Apache-2.0
// Examinations made by hand: a floppy in good order, and a disc with every kind of trouble and
// names that try to break out of whatever they are written into.
#ifndef DISCERN_TESTS_SAMPLE_CASE_H
#define DISCERN_TESTS_SAMPLE_CASE_H

#include <algorithm>
#include <random>

#include "corpus.h"
#include "discern/report.h"

namespace discern::tests {

inline constexpr char kHostileName[] = "/<script>alert('x')</script>\"&\x01\xFF\xE2\x80\xAEgnp.exe";

// The 2048 user bytes of each stored sector of 2352 (mode 1: from byte 16 on).
class UserData : public ByteSource {
 public:
  explicit UserData(SourcePtr stored) : stored_(std::move(stored)) {}
  std::uint64_t size() const override { return stored_->size() / 2352 * 2048; }
  ReadResult read(std::uint64_t offset, std::span<std::byte> buffer) const override {
    ReadResult result;
    while (result.bytes < buffer.size() && offset + result.bytes < size()) {
      const Location where = locate(offset + result.bytes);
      const auto part = buffer.subspan(
          result.bytes, std::min<std::size_t>(where.length, buffer.size() - result.bytes));
      stored_->read(*where.offset, part);
      result.bytes += part.size();
    }
    return result;
  }
  Location locate(std::uint64_t offset) const override {
    Location where = stored_->locate(offset / 2048 * 2352 + 16 + offset % 2048);
    where.length = 2048 - offset % 2048;
    where.lba = static_cast<std::int64_t>(offset / 2048);
    return where;
  }

 private:
  SourcePtr stored_;
};

class SampleCase {
 public:
  Examination examination;
  Image image;

  static std::unique_ptr<SampleCase> floppy() {
    auto made = std::unique_ptr<SampleCase>(new SampleCase);
    made->open("exhibit 7.img", std::vector<std::byte>(1'474'560, std::byte{0x5a}));
    Image& image = made->image;
    image.format = "raw";
    image.views = {{"media", 512, image.files[0].source}};
    image.geometry = Geometry{80, 2, 18, 512};
    image.volumes = {{0, 1'474'560, "superfloppy", "fat12"}};
    image.proofs = {{image.path, 510, {std::byte{0x55}, std::byte{0xaa}}, "boot sector mark"}};
    made->hash("file:exhibit 7.img", *image.files[0].source, {});
    made->hash("view:media", *image.files[0].source, "file:exhibit 7.img");
    made->examination.verifications = {{"file:exhibit 7.img", "digest",
                                        *made->examination.digests[0].find(Algorithm::sha256),
                                        *made->examination.digests[0].find(Algorithm::sha256),
                                        "exhibit 7.img.sha256, line 1", Outcome::match}};
    made->fill_timeline(400, 33 * 512, 1'474'560, Zone::unknown);
    made->finish();
    return made;
  }

  static std::unique_ptr<SampleCase> disc() {
    auto made = std::unique_ptr<SampleCase>(new SampleCase);
    std::vector<std::byte> stored(2352 * 4000);
    for (std::size_t i = 0; i < stored.size(); ++i) stored[i] = static_cast<std::byte>(i / 7);
    made->open("it's <b>one&two disc.bin", stored);
    Image& image = made->image;
    image.format = "cue";
    const SourcePtr bin = image.files[0].source;
    image.views = {
        {"data", 2048, std::make_shared<UserData>(bin), Lba{0}, "user data of each sector", {}},
        {"raw", 2352, bin, Lba{0}, "", {}}};
    image.views.push_back(
        {"track 1", 2048, window_source(image.views[0].source, 0, 3000 * 2048), Lba{0}, "", {}});
    Track first{1, SectorMode::mode1, Lba{0}, 3000};
    first.flags = {"DATA"};
    Track second{2, SectorMode::audio, Lba{3150}, 850, 150};
    second.isrc = "DEXYZ0300001";
    image.disc = Disc{{{1, {first, second}}}, "0123456789012", "cue"};
    image.volumes = {{0, 3000 * 2048, "disc", "iso9660"}};
    made->hash("file:it's <b>one&two disc.bin", *bin, {});
    made->hash("view:data", *image.views[0].source, {});
    made->hash("view:raw", *bin, "file:it's <b>one&two disc.bin");
    made->hash("track:1", *image.views[2].source, {});
    made->examination.digests[1].bad = {{2'000'000, 4096}};
    made->examination.verifications = {
        {"view:data", "digest", std::string(64, 'a'),
         *made->examination.digests[1].find(Algorithm::sha256), "note by the examiner",
         Outcome::mismatch},
        {"view:raw", "edc", "0", "12", "sectors of mode 1", Outcome::mismatch},
        {"view:raw", "ecc_p", "0", "0", "sectors of mode 1", Outcome::match},
        {"track:2", "digest", "", "", "no reference for audio", Outcome::unverifiable}};
    made->examination.sectors = SectorTally{};
    SectorTally& tally = *made->examination.sectors;
    tally.modes = {{SectorMode::mode1, 3000}, {SectorMode::audio, 1000}};
    tally.sectors = 4000;
    tally.checked = 3000;
    tally.edc_bad = 12;
    tally.unread = 2;
    tally.bad_runs = {{Lba{1200}, 11, "edc+p"}, {Lba{2990}, 1, "edc"}};
    made->examination.findings = {
        {"cue.mode-contradicts-sectors",
         Severity::warning,
         {image.path, {}, {}, 4, 3},
         "track 2 is called MODE1/2352, its sectors are audio"},
        {"optical.edc-mismatch",
         Severity::damage,
         {image.path, 2'822'400, 1200, 0, 0},
         "11 sectors with a wrong EDC"},
        {"iso.hostile-name", Severity::note, {}, std::string("a name is ") + kHostileName}};
    made->fill_timeline(900, 200 * 2048, 3000 * 2048, Zone::recorded_offset);
    made->carve();
    made->finish();
    return made;
  }

  const TemporaryFolder& folder() const { return folder_; }

 private:
  SampleCase() = default;

  void open(const std::string& name, const std::vector<std::byte>& bytes) {
    image.path = folder_.write(name, bytes);
    image.files = {{"image", *MappedFile::open(image.path)}};
  }

  void hash(std::string object, const ByteSource& source, std::string same_as) {
    std::vector<std::byte> bytes(source.size());
    source.read(0, bytes);
    DigestSet set{std::move(object), 0, bytes.size(), {}, {}, std::move(same_as)};
    for (const Algorithm algorithm : {Algorithm::md5, Algorithm::sha1, Algorithm::sha256})
      set.digests.push_back({algorithm, hex_digest(algorithm, bytes)});
    examination.digests.push_back(std::move(set));
  }

  void fill_timeline(int count, std::uint64_t from, std::uint64_t to, Zone zone) {
    std::mt19937_64 random(7);
    constexpr std::int64_t kSecond = 1'000'000'000;
    std::vector<Entry> entries;
    std::uint64_t next = from;
    for (int i = 0; i < count; ++i) {
      Entry entry;
      entry.path = "/DOCS/LETTER" + std::to_string(i) + ".TXT";
      if (i == 3) entry.path = kHostileName;
      if (i == 4) entry.link_target = "</td><script>";
      entry.id = std::to_string(i + 3);
      entry.mode = "r/rrwxrwxrwx";
      entry.size = 500 + random() % ((to - from) / static_cast<std::uint64_t>(count) * 3 / 2);
      entry.source = "libtsk";
      if (i % 7 == 5) entry.state = EntryState::deleted;
      if (next + entry.size < to) entry.runs = {{0, entry.size, next}};
      next += (entry.size + 511) / 512 * 512;
      // Bursts between 1996 and 1999, as people work.
      const std::int64_t day = 9'600 + static_cast<std::int64_t>(random() % 12) * 91 +
                               static_cast<std::int64_t>(random() % 20);
      const std::int64_t written =
          (day * 86'400 + 30'000 + static_cast<std::int64_t>(random() % 36'000)) * kSecond;
      entry.times = {
          {TimeKind::modified, written, Precision::s2, zone, Validity::ok, {std::byte{0x21}}},
          {TimeKind::accessed, (day + 400) * 86'400 * kSecond, Precision::day1, zone, Validity::ok},
          {TimeKind::created, written - 3'600 * kSecond, Precision::ms10, zone, Validity::ok}};
      if (i % 50 == 9) entry.times[0].time_ns = 315'532'800 * kSecond;  // 1980-01-01
      if (i % 40 == 1) entry.times[1].validity = Validity::zero;
      entries.push_back(std::move(entry));
    }
    examination.timeline = make_timeline(std::move(entries), &image.main_view());
  }

  void carve() {
    // A GIF of one pixel (GIF89a specification, appendix).
    const std::string pixel(
        "GIF89a\x01\0\x01\0\x80\0\0\x20\x60\x70\xff\xff\xff!\xf9\x04\0\0\0\0\0,"
        "\0\0\0\0\x01\0\x01\0\0"
        "\x02\x02"
        "D\x01\0;",
        43);
    std::filesystem::create_directory(folder_.path() / "carved");
    for (std::uint64_t i = 0; i < 9; ++i) {
      CarvedFile file{i % 3 == 2 ? "pdf" : "gif", i % 3 == 2 ? "pdf" : "gif",
                      400'000 + i * 555'008};
      file.size = pixel.size();
      file.sha256 = hex_digest(Algorithm::sha256, as_bytes(pixel));
      file.soundness = i == 4 ? Soundness::truncated : Soundness::complete;
      file.end_reason = i == 4 ? "view ends inside <an> image" : "trailer";
      file.runs = {{{file.offset, file.size}, image.main_view().source->locate(file.offset)}};
      file.file = std::to_string(file.offset) + "." + file.extension;
      folder_.write("carved/" + file.file, as_bytes(pixel));
      examination.carved.push_back(std::move(file));
    }
  }

  void finish() {
    examination.image = &image;
    examination.view = &image.main_view();
    examination.run = {{"discern", "examine", image.path, "-o", "case"},
                       "/cases/17",
                       "2026-01-02T03:04:05Z",
                       "2026-01-02T03:04:09Z",
                       "bench-2",
                       "Linux 6.1 x86_64",
                       "examiner",
                       {{"discern", "0.1.0"}, {"libtsk", "4.11.1"}}};
  }

  TemporaryFolder folder_;
};

}  // namespace discern::tests

#endif
