// SPDX-License-Identifier: Apache-2.0
// An image of ours as The Sleuth Kit's TSK_IMG_INFO, for programs that link libtsk themselves.
//
//   auto image = std::make_shared<const Image>(*open_image("disk.imz"));
//   auto opened = open_tsk_image(image, image->main_view());
//   TSK_FS_INFO* fs = tsk_fs_open_img(opened->info(), 0, TSK_FS_TYPE_DETECT);
//
// Callers that read FAT or ISO 9660 times must run with TZ=UTC: TSK converts the local times of
// these file systems by the process's zone. The library itself never touches the environment.
#ifndef DISCERN_TSK_IMAGE_H
#define DISCERN_TSK_IMAGE_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "discern/image.h"
#include "discern/result.h"

struct TSK_IMG_INFO;

namespace discern {

struct TskImageOptions {
  // What TSK and its databases call the image; must open the same view again. Empty: Image::path.
  std::string name = {};
  // Unit of TSK's sector addresses in bytes, a multiple of 512. 0: 512 on discs (as for an ISO
  // file, whose hybrid partition tables count in 512), else that of the view.
  std::uint32_t sector_size = 0;
};

// Owns a TSK_IMG_INFO over one view. TSK may read it from several threads.
class TskImage {
 public:
  explicit TskImage(TSK_IMG_INFO* owned) : info_(owned) {}
  TskImage(TskImage&& other) noexcept;
  TskImage& operator=(TskImage&& other) noexcept;
  ~TskImage();  // tsk_img_close

  TSK_IMG_INFO* info() const { return info_; }
  // Hands ownership over; the receiver calls tsk_img_close.
  TSK_IMG_INFO* release();

  const Image& image() const;
  const View& view() const;

  // View ranges that TSK asked for and that could not be read, merged. TSK up to 4.12 and 4.14
  // answers some such reads with zeros and success (lengths that are no multiple of the sector
  // size), so whoever reports what TSK found must report these too.
  std::vector<ByteRange> unreadable() const;

 private:
  TSK_IMG_INFO* info_;
};

// `view` is one of image->views. The handle's type is TSK_IMG_TYPE_RAW: databases and TSK's Java
// classes know no type of ours.
//
// Errc::unsupported  sector_size is no multiple of 512; the view has no bytes; TSK refused
Result<TskImage> open_tsk_image(std::shared_ptr<const Image> image, const View& view,
                                const TskImageOptions& options = {});

// Of the libtsk in this process: "4.11.1".
std::string tsk_version();

// ---- for code that stands between a program and libtsk ------------------------------------------

// Whether `info` is a live handle of this library. Safe for any pointer; takes no lock.
bool is_discern_image(const TSK_IMG_INFO* info) noexcept;

// tsk_img_read for a live handle of this library, without TSK's cache, lock or padding: the count
// of bytes delivered, less than `length` only at the end of the view; -1 with TSK's error set when
// a part of the range is unreadable, or `offset` lies outside.
std::ptrdiff_t read_discern_image(TSK_IMG_INFO* info, std::int64_t offset, char* buffer,
                                  std::size_t length) noexcept;

}  // namespace discern

#endif
