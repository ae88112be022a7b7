#!/usr/bin/env bash
# Checks the arrows of docs/architecture.md that the compiler does not: who may import whom.
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0

# target: the modules of ours (and C libraries) that it may import
allowed() {
  case "$1" in
    StrictJSON) echo "" ;;
    ExactArithmetic) echo "BigInt" ;;
    NeuralNetwork) echo "ExactArithmetic" ;;
    Certificates) echo "ExactArithmetic NeuralNetwork StrictJSON BigInt Synchronization" ;;
    ModelIO) echo "ExactArithmetic NeuralNetwork StrictJSON SwiftProtobuf CZlib Glibc Musl Darwin Foundation FoundationEssentials" ;;
    MILP) echo "ExactArithmetic BigInt" ;;
    CBCBackend) echo "MILP CBCShim" ;;
    Workers) echo "Glibc" ;;
    Espalier) echo "Certificates ExactArithmetic NeuralNetwork StrictJSON MILP COpenBLAS BigInt" ;;
    EspalierCheck) echo "ArgumentParser Certificates ExactArithmetic ModelIO NeuralNetwork StrictJSON Dispatch Glibc" ;;
    *) return 1 ;;
  esac
}

for folder in Sources/*/; do
  target=$(basename "$folder")
  list=$(allowed "$target") || continue
  while IFS=: read -r file line; do
    module=$(sed -E 's/.*import (struct |enum |func |class )?([A-Za-z]+).*/\2/' <<<"$line")
    if ! grep -qw -- "$module" <<<"$list"; then
      echo "$file: $target may not import $module"
      status=1
    fi
  done < <(grep -rHE '^ *(@testable |public |internal |package |private |fileprivate )*import ' \
    --include='*.swift' "$folder" | grep -v '\.pb\.swift:' || true)
done

if grep -rnE '\btry!|\bas!|@_spi|fatalError\(' --include='*.swift' Sources | grep -v '\.pb\.swift:'; then
  echo "forbidden in Sources: try!, as!, @_spi, fatalError"
  status=1
fi

long=$(git ls-files '*.swift' | grep -v '\.pb\.swift$' | xargs wc -l | awk '$2 != "total" && $1 > 400')
if [ -n "$long" ]; then
  echo "longer than 400 lines:"
  echo "$long"
  status=1
fi
exit $status
