/* The entry of libFuzzer, which only a build for fuzzing links: see Tests/Fuzz/build.sh. */
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));
