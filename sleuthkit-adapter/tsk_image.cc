// SPDX-License-Identifier: Apache-2.0
#include "discern/tsk_image.h"

#include <limits>
#include <utility>

#include "tsk_handle.h"

namespace discern {
namespace {

std::uint32_t sector_size_of(const View& view, const TskImageOptions& options) {
  if (options.sector_size > 0) return options.sector_size;
  return view.first_lba || view.sector_size % 512 != 0 ? 512 : view.sector_size;
}

}  // namespace

TskImage::TskImage(TskImage&& other) noexcept : info_(std::exchange(other.info_, nullptr)) {}

TskImage& TskImage::operator=(TskImage&& other) noexcept {
  std::swap(info_, other.info_);
  return *this;
}

TskImage::~TskImage() {
  if (info_) tsk_img_close(info_);
}

TSK_IMG_INFO* TskImage::release() { return std::exchange(info_, nullptr); }

const Image& TskImage::image() const { return *handle_of(info_).state->image; }

const View& TskImage::view() const { return handle_of(info_).state->view; }

std::vector<ByteRange> TskImage::unreadable() const {
  TskHandleState& state = *handle_of(info_).state;
  const std::lock_guard lock(state.mutex);
  return state.unreadable;
}

Result<TskImage> open_tsk_image(std::shared_ptr<const Image> image, const View& view,
                                const TskImageOptions& options) {
  const std::string name = options.name.empty() ? image->path : options.name;
  const auto refuse = [&](std::string text) {
    return Error{Errc::unsupported, "view " + view.name + ": " + std::move(text), image->path};
  };
  const std::uint64_t size = view.source->size();
  if (size == 0) return refuse("has no bytes");
  if (size > std::uint64_t{std::numeric_limits<TSK_OFF_T>::max()}) return refuse("is too large");
  const std::uint32_t sector_size = sector_size_of(view, options);
  if (sector_size % 512 != 0)
    return refuse("sector size " + std::to_string(sector_size) + " is no multiple of 512");
  auto state = std::make_unique<TskHandleState>();
  state->image = image;
  state->view = view;
  TSK_IMG_INFO* const info = open_handle(std::move(state), name, sector_size);
  if (!info) return refuse(std::string("libtsk: ") + tsk_error_get_errstr());
  return TskImage(info);
}

}  // namespace discern
