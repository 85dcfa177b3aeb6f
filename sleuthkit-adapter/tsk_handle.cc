// SPDX-License-Identifier: Apache-2.0
#include "tsk_handle.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <sstream>

#include "discern/timeline.h"
#include "discern/tsk_image.h"
#include "live_handles.h"

namespace discern {
namespace {

void set_error(std::uint32_t number, const char* text) noexcept {
  tsk_error_reset();
  tsk_error_set_errno(number);
  tsk_error_set_errstr("%s", text);
}

std::string describe_unreadable(const TskHandleState& state, const ReadResult& result) {
  const ByteRange& first = result.bad.front();
  const Location at = state.view.source->locate(first.offset);
  const std::string what = std::to_string(total_length(result.bad)) +
                           " bytes cannot be read, the first at " + state.view.name + " offset " +
                           std::to_string(first.offset);
  const Error error{Errc::io, what, std::string(at.file), at.offset};
  return "discern: " + show_name(describe(error)).text;
}

// Frees the name list as well: it is ours in every version.
void free_handle(TskHandle* handle) noexcept {
  if (handle->tsk.images) std::free(handle->tsk.images[0]);
  std::free(handle->tsk.images);
  delete handle->state;
  std::free(handle);
}

// ---- called by TSK --------------------------------------------------------------------------

ssize_t read_callback(TSK_IMG_INFO* info, TSK_OFF_T offset, char* buffer, size_t length) noexcept {
  return read_discern_image(info, offset, buffer, length);
}

void close_callback(TSK_IMG_INFO* info) noexcept {
  remove_live_handle(info);
  free_handle(&handle_of(info));
}

std::string imgstat_text(const TSK_IMG_INFO& info, const TskHandleState& state) {
  std::ostringstream text;
  text << "IMAGE FILE INFORMATION\n--------------------------------------------\n"
       << "Image Type: " << state.image->format << "\n";
  if (const Format* const format = find_format(state.image->format))
    text << "Format: " << format->name << "\n";
  text << "\nSize in bytes: " << info.size << "\nSector size:\t" << info.sector_size << "\n"
       << "\n--------------------------------------------\nEvidence files:\n";
  for (const EvidenceFile& file : state.image->files)
    text << show_name(file.path()).text << " (" << file.role << ", " << file.source->size()
         << " bytes)\n";
  text << "\nViews:\n";
  for (const View& view : state.image->views)
    text << view.name << (view.name == state.view.name ? " (this one)" : "") << ": "
         << view.source->size() << " bytes" << (view.derivation.empty() ? "" : ", ")
         << show_name(view.derivation).text << "\n";
  return text.str();
}

void imgstat_callback(TSK_IMG_INFO* info, FILE* out) noexcept {
  try {
    std::fputs(imgstat_text(*info, *handle_of(info).state).c_str(), out);
  } catch (const std::exception& exception) {
    set_error(TSK_ERR_AUX_MALLOC, exception.what());
  }
}

}  // namespace

TSK_IMG_INFO* open_handle(std::unique_ptr<TskHandleState> state, const std::string& name,
                          std::uint32_t sector_size) {
  const std::uint64_t size = state->view.source->size();
  auto* const handle = static_cast<TskHandle*>(std::calloc(1, sizeof(TskHandle)));
  char** const names = static_cast<char**>(std::calloc(1, sizeof(char*)));
  char* const copy = strdup(name.c_str());
  if (!handle || !names || !copy) {
    std::free(handle);
    std::free(names);
    std::free(copy);
    set_error(TSK_ERR_AUX_MALLOC, "discern: out of memory");
    return nullptr;
  }
  names[0] = copy;
  handle->tsk.images = names;
  handle->tsk.num_img = 1;
  handle->state = state.release();
  TSK_IMG_INFO* const info =
      tsk_img_open_external(handle, static_cast<TSK_OFF_T>(size), sector_size, read_callback,
                            close_callback, imgstat_callback);
  if (!info) {
    free_handle(handle);
    return nullptr;
  }
  info->itype = TSK_IMG_TYPE_RAW;
  add_live_handle(info);
  return info;
}

bool is_discern_image(const TSK_IMG_INFO* info) noexcept { return is_live_handle(info); }

std::ptrdiff_t read_discern_image(TSK_IMG_INFO* info, std::int64_t offset, char* buffer,
                                  std::size_t length) noexcept {
  try {
    TskHandleState& state = *handle_of(info).state;
    if (offset < 0 || static_cast<std::uint64_t>(offset) >= state.view.source->size()) {
      const std::string text =
          state.image->path + ": offset " + std::to_string(offset) + " lies outside the image";
      set_error(TSK_ERR_IMG_READ_OFF, ("discern: " + show_name(text).text).c_str());
      return -1;
    }
    length = std::min(length, static_cast<std::size_t>(std::numeric_limits<ssize_t>::max()));
    const ReadResult result = state.view.source->read(
        static_cast<std::uint64_t>(offset), std::as_writable_bytes(std::span(buffer, length)));
    if (result.complete()) return static_cast<std::ptrdiff_t>(result.bytes);
    set_error(TSK_ERR_IMG_READ, describe_unreadable(state, result).c_str());
    const std::lock_guard lock(state.mutex);
    state.unreadable.insert(state.unreadable.end(), result.bad.begin(), result.bad.end());
    state.unreadable = merged(std::move(state.unreadable));
    return -1;
  } catch (const std::exception& exception) {
    set_error(TSK_ERR_IMG_READ, exception.what());
    return -1;
  }
}

}  // namespace discern
