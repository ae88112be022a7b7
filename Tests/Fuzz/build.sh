#!/usr/bin/env bash
# Builds EspalierFuzz with libFuzzer, address sanitizer and coverage, in a folder of its own.
#
# The toolchain brings the runtime. `-sanitize=fuzzer` would link a second `main`, so the
# instrumentation is named here and the runtime without `main` is linked.
set -euo pipefail
cd "$(dirname "$0")/../.."
resources=$(swiftc -print-target-info | sed -nE 's/.*"runtimeResourcePath": "([^"]*)".*/\1/p')
runtime="$resources/clang/lib/linux/libclang_rt.fuzzer_no_main-$(uname -m).a"
[ -e "$runtime" ] || { echo "this toolchain has no libFuzzer: $runtime is missing"; exit 1; }
mkdir -p .build-fuzz
# The linker warns about hundreds of symbols of the sanitizer; the log keeps them out of sight.
swift build -c release --scratch-path .build-fuzz/build --product EspalierFuzz \
  --sanitize address -Xswiftc -DFUZZER \
  -Xswiftc -sanitize-coverage=edge,trace-cmp,inline-8bit-counters,pc-table \
  -Xlinker "$runtime" -Xlinker -lstdc++ > .build-fuzz/build.log 2>&1 \
  || { grep -v 'Cannot export' .build-fuzz/build.log; exit 1; }
