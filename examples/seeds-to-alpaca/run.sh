#!/bin/sh
# A few examples to many: run.sh [N] writes Alpaca lines on stdout, from N rows made after the seeds (default: 24).
set -eu
cd "$(dirname "$0")"
PATH="$PATH:$PWD/../../target/release"
export SDK_MODEL="${SDK_MODEL:-offline}"
sdk-gen --task instruct -n "${1:-24}" seeds.jsonl \
  | sdk-judge \
  | sdk-filter --min 5 \
  | sdk-format alpaca
