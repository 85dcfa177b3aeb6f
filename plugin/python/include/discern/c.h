/* SPDX-License-Identifier: Apache-2.0
 * discern for other languages: a C interface to images, their views, and the files in them.
 *
 * Handles are opaque and independent: each keeps alive what it needs, whatever is closed first.
 * Sources may be read from several threads at once, everything else is for one thread at a time.
 * Functions that can fail take a discern_error, which may be null, and leave it alone when they
 * succeed. No exception leaves the library. Strings are UTF-8 unless said otherwise.
 */
#ifndef DISCERN_C_H
#define DISCERN_C_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DISCERN_API __attribute__((visibility("default")))

typedef struct discern_image discern_image;
typedef struct discern_source discern_source;
typedef struct discern_listing discern_listing;

typedef struct discern_error {
  char code[32];   /* "missing", "io", "corrupt", "unsupported", "ambiguous", "limit" ... */
  char text[1024]; /* one line that names file and place; cut when it is longer */
  int64_t offset;  /* in the file or source it is about; -1: none */
} discern_error;

DISCERN_API const char* discern_version(void);
DISCERN_API void discern_free(char* text); /* what a function returned as char* */

/* ---- images ------------------------------------------------------------------------------ */

/* `name` is a path, with a selector ("disc.cue#session=2") if so wanted. Strings may be null. */
typedef struct discern_open_options {
  const char* format;       /* id of a format; null: by content */
  const char* entry;        /* of an archive that holds several images */
  const char* password;     /* of an encrypted archive */
  const char* cache_folder; /* for restart points of large IMZ */
  int repaired;             /* not 0: discs get the view "repaired" */
} discern_open_options;
DISCERN_API discern_image* discern_open(const char* name, const discern_open_options* options,
                                        discern_error* error);
DISCERN_API void discern_close(discern_image* image);

/* The object of `discern info --json`, findings included. */
DISCERN_API char* discern_info(const discern_image* image, discern_error* error);
/* Objects of `discern hash --json`, one a line: digests of every evidence file and view, computed
 * now. `algorithms` as "md5,sha256". */
DISCERN_API char* discern_hashes(const discern_image* image, const char* algorithms,
                                 discern_error* error);

/* The view that the selector named, else the main one. */
DISCERN_API const char* discern_selected_view(const discern_image* image);
/* Where to look for file systems: the same, or on a floppy with a bad boot sector "overlay". */
DISCERN_API const char* discern_file_system_view(const discern_image* image);

/* ---- bytes ------------------------------------------------------------------------------- */

/* `view` null: the selected one. */
DISCERN_API discern_source* discern_view(const discern_image* image, const char* view,
                                         discern_error* error);
DISCERN_API void discern_source_close(discern_source* source);
DISCERN_API uint64_t discern_source_size(const discern_source* source);
/* Bytes of one sector of a view, 1 of a file's content. */
DISCERN_API uint32_t discern_source_sector_size(const discern_source* source);
/* The count of bytes delivered, less than `length` only at the end. -1 when any of the range cannot
 * be read; error->offset is the first such byte. */
DISCERN_API int64_t discern_source_read(const discern_source* source, uint64_t offset, void* buffer,
                                        size_t length, discern_error* error);
/* The bytes in place, valid as long as the source is open; null when they are not mapped. Pages
 * that fail while they are looked at read as zeros: ask discern_source_failed() afterwards. */
DISCERN_API const void* discern_source_map(const discern_source* source, uint64_t offset,
                                           size_t length);
/* How many bytes of the range are known by now to be unreadable. */
DISCERN_API uint64_t discern_source_failed(const discern_source* source, uint64_t offset,
                                           uint64_t length);

/* ---- files ------------------------------------------------------------------------------- */

typedef struct discern_time {
  const char* kind;     /* "modified", "accessed", "changed", "created" ... */
  const char* zone;     /* "utc", "recorded_offset", "assumed", "unknown" */
  const char* validity; /* "ok", "zero", "invalid_field" ...; time_ns counts when it is "ok" */
  int64_t time_ns;      /* since 1970-01-01; with an unknown zone the clock's reading */
} discern_time;

typedef struct discern_run {
  uint64_t file_offset;
  uint64_t length;
  int64_t view_offset; /* -1: a hole */
} discern_run;

typedef struct discern_entry {
  const char* path; /* bytes as found, '/' first and between; no string end counts but the length */
  size_t path_length;
  const char* id;    /* meta address as The Sleuth Kit writes it */
  const char* state; /* "allocated", "deleted", "reallocated", "orphan" ... */
  const char* link_target;
  uint64_t size;
  uint64_t volume_start;
  const discern_time* times;
  size_t time_count;
  const discern_run* runs;
  size_t run_count;
  char type; /* 'r', 'd', 'l', 'v' ... */
} discern_entry;

/* Every entry of every file system in the view (null: discern_file_system_view), deleted ones
 * included: FAT, ISO 9660 and UDF by our own walkers, others by libtsk, which reads local times by
 * the time zone of the process: call with that at UTC. */
DISCERN_API discern_listing* discern_list(const discern_image* image, const char* view,
                                          discern_error* error);
DISCERN_API void discern_listing_close(discern_listing* listing);
DISCERN_API size_t discern_listing_size(const discern_listing* listing);
/* Pointers in *entry live as long as the listing. 0: no entry of that number. */
DISCERN_API int discern_listing_entry(const discern_listing* listing, size_t number,
                                      discern_entry* entry);
/* What an entry holds; errors name what cannot be read. */
DISCERN_API discern_source* discern_listing_content(const discern_listing* listing, size_t number,
                                                    discern_error* error);
/* Objects of `discern timeline`, one a line. */
DISCERN_API char* discern_listing_events(const discern_listing* listing, discern_error* error);
/* What was odd on the walk: an object a line. */
DISCERN_API char* discern_listing_findings(const discern_listing* listing, discern_error* error);

#ifdef __cplusplus
}
#endif

#endif
