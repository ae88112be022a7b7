#!/usr/bin/env bash
# Fuzzes one reader after the other and prints executions, coverage and findings.
#
# Usage: run.sh seconds [target …]. With FUZZ_RUNS=n each reader gets n inputs instead, the same ones
# whenever nothing is left of earlier runs. Everything that is written goes to .build-fuzz. Status 1 if a
# reader trapped, crashed, took more than 10 s or 2 GB, or a sanitizer complained.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=.build-fuzz/build/release/EspalierFuzz
seconds=$1
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(onnx nnet npz json npy vnnlib domain certificate jsonl message)
seed_bytes=8k
status=0

# The small fixtures of a format are seeds beside those that are kept for fuzzing alone.
gather_seeds() {
  local target=$1 folder=$2
  mkdir -p "$folder"
  local names=(-name "*.$target")
  case $target in
    json | domain) names=(-path 'fixtures/malformed/*.json') ;;
    certificate) names=(-path 'fixtures/toy/*.json') ;;
  esac
  # Several folders have files of the same name, so the path becomes the name.
  while IFS= read -r file; do cp "$file" "$folder/${file//\//-}"; done \
    < <(find fixtures "${names[@]}" -type f -size "-$seed_bytes" -not -path 'fixtures/fuzz/*')
  if [ -d "fixtures/fuzz/$target" ]; then cp "fixtures/fuzz/$target"/* "$folder"; fi
}

# The last value that libFuzzer printed behind a word such as "cov:".
last() { grep -oE "$1 *[0-9]+" "$2" | tail -1 | grep -oE '[0-9]+$' || echo 0; }

rows=""
for target in "${targets[@]}"; do
  home=.build-fuzz/$target
  rm -rf "$home/seeds" "$home/findings"
  if [ -n "${FUZZ_RUNS:-}" ]; then rm -rf "$home/corpus"; fi
  mkdir -p "$home/corpus" "$home/findings"
  gather_seeds "$target" "$home/seeds"
  dictionary=()
  [ "$target" = jsonl ] && words=certificate || words=$target
  [ -e "Tests/Fuzz/$words.dict" ] && dictionary=(-dict="Tests/Fuzz/$words.dict")
  code=0
  # Swift's own report of a crash would end the program before libFuzzer keeps the bytes.
  FUZZ_TARGET=$target SWIFT_BACKTRACE=enable=no \
    "$program" -seed=1 -max_total_time="$seconds" -runs="${FUZZ_RUNS:--1}" -timeout=10 -rss_limit_mb=2048 -max_len=8192 \
    -print_final_stats=1 -verbosity=1 -artifact_prefix="$home/findings/" "${dictionary[@]}" \
    "$home/corpus" "$home/seeds" > "$home/log" 2>&1 < /dev/null || code=$?
  findings=$(find "$home/findings" -type f | wc -l)
  if [ "$code" -ne 0 ] || [ "$findings" -gt 0 ]; then
    status=1
    echo "finding in $target (status $code), log $home/log:"
    grep -E 'ERROR|SUMMARY|Fatal error' "$home/log" || true
    find "$home/findings" -type f -printf '  reproducer %p\n'
  fi
  rows+=$(printf '%-12s %12s %8s %9s %9s %9s' "$target" \
    "$(last 'number_of_executed_units:' "$home/log")" "$(last 'cov:' "$home/log")" \
    "$(last 'ft:' "$home/log")" "$(find "$home/corpus" -type f | wc -l)" "$findings")$'\n'
done
printf '%-12s %12s %8s %9s %9s %9s\n' reader executions edges features corpus findings
printf '%s' "$rows"
exit $status
