#!/bin/sh
# Documents to a training file: run.sh [FOLDER] leaves judged.jsonl and train.jsonl in FOLDER (default: out).
set -eu
cd "$(dirname "$0")"
PATH="$PATH:$PWD/../../target/release"
export SDK_MODEL="${SDK_MODEL:-offline}" # the line to change: SDK_MODEL=ollama:qwen3:8b, say
out=${1:-out}
mkdir -p "$out"
sdk-extract docs --chunk-size 1500 --overlap 0 \
  | sdk-gen --task qa --keep '{source}' \
  | sdk-judge \
  | sdk-filter --min 7.5 \
  | tee "$out/judged.jsonl" \
  | sdk-format chatml > "$out/train.jsonl"
