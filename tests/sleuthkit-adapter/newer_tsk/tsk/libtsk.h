// SPDX-License-Identifier: Apache-2.0
// The shape of libtsk 4.13.1's image layer, as far as the adapter uses it: a public structure of
// 40 bytes, and a tsk_img_open_external() that writes a private one of 640 bytes over it (sizes
// measured with that version's headers). Implemented in newer_tsk_test.cc.
#ifndef DISCERN_TESTS_NEWER_TSK_H
#define DISCERN_TESTS_NEWER_TSK_H

#include <sys/types.h>

#include <cstdint>
#include <cstdio>

typedef int64_t TSK_OFF_T;
typedef enum { TSK_IMG_TYPE_RAW = 0x0001, TSK_IMG_TYPE_EXTERNAL = 0x1000 } TSK_IMG_TYPE_ENUM;

struct TSK_IMG_INFO {
  uint32_t tag;
  TSK_IMG_TYPE_ENUM itype;
  TSK_OFF_T size;
  int num_img;
  unsigned int sector_size;
  unsigned int page_size;
  unsigned int spare_size;
  char** images;
};
static_assert(sizeof(TSK_IMG_INFO) == 40);

#define TSK_ERR_AUX_MALLOC 0x01000000
#define TSK_ERR_IMG_READ 0x02000007
#define TSK_ERR_IMG_READ_OFF 0x02000008

extern "C" {
TSK_IMG_INFO* tsk_img_open_external(void* handle, TSK_OFF_T size, unsigned int sector_size,
                                    ssize_t (*read)(TSK_IMG_INFO*, TSK_OFF_T, char*, size_t),
                                    void (*close)(TSK_IMG_INFO*),
                                    void (*imgstat)(TSK_IMG_INFO*, FILE*));
void tsk_img_close(TSK_IMG_INFO* info);
void tsk_error_reset();
void tsk_error_set_errno(uint32_t number);
void tsk_error_set_errstr(const char* format, ...);
char* tsk_error_get_errstr();
}

#endif
