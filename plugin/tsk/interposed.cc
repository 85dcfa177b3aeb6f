// SPDX-License-Identifier: Apache-2.0
// The functions of libtsk that a program gets from here instead. TSK has no way to register an
// image format, but everything it opens goes through tsk_img_open*() by name: calls from programs,
// and (libtsk is not linked -Bsymbolic) calls inside libtsk as well.
//
// A file is ours when `-i` names a format of ours, when its name has a selector ("#session=2"), or
// when its content is of a format that libtsk does not read. Everything else goes on to libtsk
// untouched; so does everything with an `-i` of libtsk's own, "-i raw" above all.
#include <tsk/libtsk.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "discern/image.h"
#include "discern/timeline.h"
#include "discern/tsk_image.h"
#include "file_systems.h"
#include "image_types.h"
#include "libtsk_calls.h"

namespace discern {
namespace {

// Of the image opened last: img_stat asks for the name of its type without saying which image it
// means, and that type is RAW for ours too (see open_tsk_image).
std::atomic<const Format*> last_format = nullptr;

// libtsk's own open functions call each other by name; those calls are not decided again.
thread_local bool passing_on = false;

void log(const char* text) noexcept {
  static const bool wanted = std::getenv("DISCERN_LOG") != nullptr;
  if (wanted) std::fprintf(stderr, "libdiscern-tsk: %s\n", text);
}

// `text` holds nothing that evidence wrote, or went through show_name().
TSK_IMG_INFO* fail(const char* text) noexcept {
  tsk_error_reset();
  tsk_error_set_errno(TSK_ERR_IMG_OPEN);
  tsk_error_set_errstr("discern: %s", text);
  log(text);
  return nullptr;
}

// May throw, like all that builds a text: for the inside of open()'s try block.
TSK_IMG_INFO* refuse(const std::string& why) { return fail(show_name(why).text.c_str()); }

// The words of an exception may hold a name from evidence, and memory may be what is missing.
TSK_IMG_INFO* fail_after(const std::exception& exception) noexcept {
  char text[400];
  std::snprintf(text, sizeof text, "%s", exception.what());
  for (char* c = text; *c; ++c)
    if (*c < ' ' || *c > '~') *c = '?';
  return fail(text);
}

// Nothing: libtsk shall open it. Null: it is ours, and cannot be opened.
std::optional<TSK_IMG_INFO*> open_ours(const std::string& name, const Format* asked,
                                       unsigned int sector_size) {
  const ImageName parsed = parse_image_name(name);
  if (!asked && parsed.view.empty() && !may_be_ours(parsed.path)) return std::nullopt;
  OpenOptions options;
  options.repaired = parsed.view == "repaired";
  if (asked) options.format = asked->id;
  if (const char* const cache = std::getenv("DISCERN_CACHE");
      cache && std::string_view(cache) != "none")
    options.cache_folder = cache;
  if (const char* const file = std::getenv("DISCERN_PASSWORD_FILE"); file && *file) {
    auto password = read_password_file(file);
    if (!password) return refuse(describe(password.error()));
    options.password = std::move(*password);
  }
  auto opened = open_image(parsed.path, options);
  if (!opened) return refuse(describe(opened.error()));
  if (!asked && parsed.view.empty() && !is_ours(*opened)) return std::nullopt;
  const auto image = std::make_shared<const Image>(*std::move(opened));
  const View* const view =
      parsed.view.empty() ? &image->main_view() : image->find_view(parsed.view);
  if (!view) return refuse(parsed.path + ": has no view \"" + parsed.view + "\"");
  auto handle = open_tsk_image(image, *view, {name, sector_size});
  if (!handle) return refuse(describe(handle.error()));
  log(show_name(name + ": opened as " + image->format + ", view " + view->name).text.c_str());
  last_format = find_format(image->format);
  return handle->release();
}

// What could not be read of images of ours, for the end of the program.
std::atomic<std::uint64_t> unread = 0;  // requests

// tsk_gettimes, tsk_recover, tsk_loaddb and fiwalk of libtsk 4.11 leave out what they could not
// read and end with status 0. Not here: whoever only looks at the status would take that for the
// whole.
void end_with_error(int status, void*) noexcept {
  if (status != 0 || unread == 0) return;
  std::fflush(nullptr);
  std::fprintf(
      stderr,
      "discern: error: %llu requests for parts of the image failed; the result is incomplete\n",
      static_cast<unsigned long long>(unread.load()));
  _exit(1);
}

// First of all, so that it runs last of all.
__attribute__((constructor)) void watch_the_end() noexcept {
  if (program_has_libtsk()) on_exit(end_with_error, nullptr);
}

void note_failure() noexcept {
  static auto* const number = libtsk_function<decltype(tsk_error_get_errno)>("tsk_error_get_errno");
  if (number && number() == TSK_ERR_IMG_READ) ++unread;
}

template <class Next>
TSK_IMG_INFO* open(int count, const char* const* names, TSK_IMG_TYPE_ENUM type,
                   unsigned int sector_size, Next&& next) noexcept {
  try {
    const Format* const asked = format_of_type(type);
    if (asked && count != 1) return refuse("-i " + std::string(asked->id) + " reads one file");
    if (!passing_on && count == 1 && names && names[0] && (asked || type == TSK_IMG_TYPE_DETECT))
      if (const auto ours = open_ours(names[0], asked, sector_size)) return *ours;
  } catch (const std::exception& exception) {
    return fail_after(exception);
  }
  if (!passing_on) last_format = nullptr;
  const bool before = std::exchange(passing_on, true);
  TSK_IMG_INFO* const info = next();
  passing_on = before;
  if (!info || passing_on) return info;
  try {
    leave_to_libtsk(info, type != TSK_IMG_TYPE_DETECT);
  } catch (const std::exception& exception) {
    tsk_img_close(info);
    return fail_after(exception);
  }
  return info;
}

}  // namespace
}  // namespace discern

using discern::find_format;
using discern::Format;
using discern::libtsk_function;

#define NOTE_CALLER() discern::note_caller(__builtin_return_address(0))

// Since TSK 4.13. Declared here under other names: the headers of older versions lack them, those
// of newer ones have their own declarations.
extern "C" {
TSK_IMG_INFO* discern_open_opt(int, const TSK_TCHAR* const[], TSK_IMG_TYPE_ENUM, unsigned int,
                               const void*) asm("tsk_img_open_opt");
TSK_IMG_INFO* discern_open_sing_opt(const TSK_TCHAR*, TSK_IMG_TYPE_ENUM, unsigned int,
                                    const void*) asm("tsk_img_open_sing_opt");
TSK_IMG_INFO* discern_open_utf8_opt(int, const char* const[], TSK_IMG_TYPE_ENUM, unsigned int,
                                    const void*) asm("tsk_img_open_utf8_opt");
TSK_IMG_INFO* discern_open_utf8_sing_opt(const char*, TSK_IMG_TYPE_ENUM, unsigned int,
                                         const void*) asm("tsk_img_open_utf8_sing_opt");

// ---- opening --------------------------------------------------------------------------------

TSK_IMG_INFO* tsk_img_open(int count, const TSK_TCHAR* const images[], TSK_IMG_TYPE_ENUM type,
                           unsigned int sector_size) {
  NOTE_CALLER();
  static auto* const next = libtsk_function<decltype(tsk_img_open)>("tsk_img_open");
  return discern::open(count, images, type, sector_size,
                       [&] { return next ? next(count, images, type, sector_size) : nullptr; });
}

TSK_IMG_INFO* tsk_img_open_sing(const TSK_TCHAR* image, TSK_IMG_TYPE_ENUM type,
                                unsigned int sector_size) {
  NOTE_CALLER();
  static auto* const next = libtsk_function<decltype(tsk_img_open_sing)>("tsk_img_open_sing");
  return discern::open(1, &image, type, sector_size,
                       [&] { return next ? next(image, type, sector_size) : nullptr; });
}

TSK_IMG_INFO* tsk_img_open_utf8(int count, const char* const images[], TSK_IMG_TYPE_ENUM type,
                                unsigned int sector_size) {
  NOTE_CALLER();
  static auto* const next = libtsk_function<decltype(tsk_img_open_utf8)>("tsk_img_open_utf8");
  return discern::open(count, images, type, sector_size,
                       [&] { return next ? next(count, images, type, sector_size) : nullptr; });
}

TSK_IMG_INFO* tsk_img_open_utf8_sing(const char* image, TSK_IMG_TYPE_ENUM type,
                                     unsigned int sector_size) {
  NOTE_CALLER();
  static auto* const next =
      libtsk_function<decltype(tsk_img_open_utf8_sing)>("tsk_img_open_utf8_sing");
  return discern::open(1, &image, type, sector_size,
                       [&] { return next ? next(image, type, sector_size) : nullptr; });
}

TSK_IMG_INFO* discern_open_opt(int count, const TSK_TCHAR* const images[], TSK_IMG_TYPE_ENUM type,
                               unsigned int sector_size, const void* options) {
  NOTE_CALLER();
  static auto* const next = libtsk_function<decltype(discern_open_opt)>("tsk_img_open_opt");
  return discern::open(count, images, type, sector_size, [&] {
    return next ? next(count, images, type, sector_size, options) : nullptr;
  });
}

TSK_IMG_INFO* discern_open_sing_opt(const TSK_TCHAR* image, TSK_IMG_TYPE_ENUM type,
                                    unsigned int sector_size, const void* options) {
  NOTE_CALLER();
  static auto* const next =
      libtsk_function<decltype(discern_open_sing_opt)>("tsk_img_open_sing_opt");
  return discern::open(1, &image, type, sector_size,
                       [&] { return next ? next(image, type, sector_size, options) : nullptr; });
}

TSK_IMG_INFO* discern_open_utf8_opt(int count, const char* const images[], TSK_IMG_TYPE_ENUM type,
                                    unsigned int sector_size, const void* options) {
  NOTE_CALLER();
  static auto* const next =
      libtsk_function<decltype(discern_open_utf8_opt)>("tsk_img_open_utf8_opt");
  return discern::open(count, images, type, sector_size, [&] {
    return next ? next(count, images, type, sector_size, options) : nullptr;
  });
}

TSK_IMG_INFO* discern_open_utf8_sing_opt(const char* image, TSK_IMG_TYPE_ENUM type,
                                         unsigned int sector_size, const void* options) {
  NOTE_CALLER();
  static auto* const next =
      libtsk_function<decltype(discern_open_utf8_sing_opt)>("tsk_img_open_utf8_sing_opt");
  return discern::open(1, &image, type, sector_size,
                       [&] { return next ? next(image, type, sector_size, options) : nullptr; });
}

// ---- reading --------------------------------------------------------------------------------

ssize_t tsk_img_read(TSK_IMG_INFO* info, TSK_OFF_T offset, char* buffer, size_t length) {
  if (discern::is_discern_image(info)) {
    const ssize_t got = discern::read_discern_image(info, offset, buffer, length);
    if (got < 0) discern::note_failure();
    return got;
  }
  NOTE_CALLER();
  static auto* const next = libtsk_function<decltype(tsk_img_read)>("tsk_img_read");
  return next ? next(info, offset, buffer, length) : -1;
}

// ---- type names -----------------------------------------------------------------------------
// Ids and names of formats() are string literals, hence ended by NUL.

TSK_IMG_TYPE_ENUM tsk_img_type_toid_utf8(const char* text) {
  NOTE_CALLER();
  if (!text) return TSK_IMG_TYPE_UNSUPP;
  if (const Format* const format = find_format(text))
    if (discern::is_ours(*format)) return discern::type_of_format(*format);
  static auto* const next =
      libtsk_function<decltype(tsk_img_type_toid_utf8)>("tsk_img_type_toid_utf8");
  return next ? next(text) : TSK_IMG_TYPE_UNSUPP;
}

TSK_IMG_TYPE_ENUM tsk_img_type_toid(const TSK_TCHAR* text) { return tsk_img_type_toid_utf8(text); }

const char* tsk_img_type_toname(TSK_IMG_TYPE_ENUM type) {
  NOTE_CALLER();
  const Format* const format =
      type == TSK_IMG_TYPE_RAW ? discern::last_format.load() : discern::format_of_type(type);
  if (format) return format->id.data();
  static auto* const next = libtsk_function<decltype(tsk_img_type_toname)>("tsk_img_type_toname");
  return next ? next(type) : nullptr;
}

const char* tsk_img_type_todesc(TSK_IMG_TYPE_ENUM type) {
  NOTE_CALLER();
  const Format* const format =
      type == TSK_IMG_TYPE_RAW ? discern::last_format.load() : discern::format_of_type(type);
  if (format) return format->name.data();
  static auto* const next = libtsk_function<decltype(tsk_img_type_todesc)>("tsk_img_type_todesc");
  return next ? next(type) : nullptr;
}

TSK_IMG_TYPE_ENUM tsk_img_type_supported() {
  NOTE_CALLER();
  static auto* const next =
      libtsk_function<decltype(tsk_img_type_supported)>("tsk_img_type_supported");
  const int theirs = next ? next() : 0;
  return static_cast<TSK_IMG_TYPE_ENUM>(theirs | discern::kOurTypes);
}

void tsk_img_type_print(FILE* out) {
  NOTE_CALLER();
  static auto* const next = libtsk_function<decltype(tsk_img_type_print)>("tsk_img_type_print");
  if (next) next(out);
  for (const Format& format : discern::formats())
    if (discern::is_ours(format))
      std::fprintf(out, "\t%s (%s)\n", format.id.data(), format.name.data());
}

}  // extern "C"
