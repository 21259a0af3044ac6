#!/bin/sh
# An outline to instructions: run.sh [N] writes Alpaca lines on stdout, from N planned rows (default: 26).
set -eu
cd "$(dirname "$0")"
PATH="$PATH:$PWD/../../target/release"
export SDK_MODEL="${SDK_MODEL:-offline}"
sdk-expand --taxonomy outline.md --vary reader=beginner,landlord -n "${1:-26}" \
  | sdk-gen \
  | sdk-judge \
  | sdk-filter --min 5 \
  | sdk-format alpaca
