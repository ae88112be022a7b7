// Loaded before the C library: makes one kind of call fail on files whose name ends in ".partial",
// as FAIL="call number errno" says. The first `number` calls (bytes, for write) still succeed.
// With FAIL="slow number 0" every fsync takes that many milliseconds.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_partial_name(const char *name) {
  size_t length = strlen(name);
  return length > 8 && strcmp(name + length - 8, ".partial") == 0;
}

static int is_partial(int descriptor) {
  char link[64], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t count = readlink(link, name, sizeof name - 1);
  if (count < 0) return 0;
  name[count] = 0;
  return is_partial_name(name);
}

// How many units of this call may still succeed; -1 if it never fails.
static long *budget(const char *call, int *code) {
  static char kind[16];
  static long left = -1;
  static int number = 0;
  if (number == 0) {
    const char *text = getenv("FAIL");
    number = EIO;
    if (text != NULL) sscanf(text, "%15s %ld %d", kind, &left, &number);
  }
  *code = number;
  return strcmp(kind, call) == 0 ? &left : NULL;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
  int code;
  long *left = budget("write", &code);
  if (left == NULL || !is_partial(descriptor)) return real(descriptor, bytes, count);
  if (*left <= 0) return errno = code, -1;
  ssize_t written = real(descriptor, bytes, count < (size_t)*left ? count : (size_t)*left);
  if (written > 0) *left -= written;
  return written;
}

static int refuses(const char *call, int *code) {
  long *left = budget(call, code);
  return left != NULL && (*left)-- <= 0;
}

int fsync(int descriptor) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
  int code;
  long *milliseconds = budget("slow", &code);
  // In pieces, so that a signal does not cut it short.
  for (long i = 0; is_partial(descriptor) && milliseconds != NULL && i < *milliseconds; i++)
    usleep(1000);
  if (is_partial(descriptor) && refuses("fsync", &code)) return errno = code, -1;
  return real(descriptor);
}

int close(int descriptor) {
  int (*real)(int) = dlsym(RTLD_NEXT, "close");
  int code;
  int fails = is_partial(descriptor) && refuses("close", &code);
  int result = real(descriptor);
  return fails ? (errno = code, -1) : result;
}

int rename(const char *from, const char *to) {
  int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
  int code;
  if (is_partial_name(from) && refuses("rename", &code)) return errno = code, -1;
  return real(from, to);
}
