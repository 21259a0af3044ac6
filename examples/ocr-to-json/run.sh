#!/bin/sh
# Messy receipts to JSON: run.sh [FOLDER] [N] leaves instructions.jsonl (from the outline) and receipts.jsonl (N after the
# seeds) in FOLDER (default: out, 20).
set -eu
cd "$(dirname "$0")"
PATH="$PATH:$PWD/../../target/release"
export SDK_MODEL="${SDK_MODEL:-offline}" # the line to change: SDK_MODEL=ollama:qwen3:8b, say
out=${1:-out}
mkdir -p "$out"
sdk-expand --taxonomy outline.md | sdk-gen \
  | sdk-judge \
  | sdk-filter --min 5 \
  | sdk-format alpaca > "$out/instructions.jsonl"
sdk-gen --task instruct -n "${2:-20}" seeds.jsonl \
  | sdk-judge --rubric receipt.md \
  | sdk-filter --min 5 \
  | sdk-format chatml --system '"Give the receipt as JSON: store, items, total, currency."' \
    --user '.["OCR text"]' --assistant '.["Structured Output"]' > "$out/receipts.jsonl"
