#!/usr/bin/env bash
# Every file that a document names in a link or in backquotes with a path exists.
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0
for document in README.md CHANGELOG.md CONTRIBUTING.md docs/*.md docs/adr/*.md fixtures/README.md; do
  folder=$(dirname "$document")
  while read -r target; do
    case "$target" in http*|\#*|"") continue ;; esac
    path=${target%%#*}
    if [ ! -e "$folder/$path" ] && [ ! -e "$path" ]; then
      echo "$document: $target does not exist"
      status=1
    fi
  done < <({ grep -oE '\]\([^)]+\)' "$document" | sed -E 's/\]\(([^)]+)\)/\1/'
    grep -oE '`(Sources|Tests|docs|fixtures)/[A-Za-z0-9_./+-]+`' "$document" | tr -d '`'; } || true)
done
exit $status
