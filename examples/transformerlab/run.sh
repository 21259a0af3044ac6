#!/bin/sh
# TransformerLab's job synthetic_dataset_kit in one line: run.sh --docs a.md,b.pdf --task_type qa --num_pairs 10 …
# Parameters and defaults are the plugin's. It leaves NAME/dataset.json, NAME/metadata.json, NAME/rejects.jsonl and
# NAME/judge.json, the judge's figures. Its end is 1 where fewer rows came than were asked for.
set -eu
PATH="$PATH:$(cd "$(dirname "$0")/../.." && pwd)/target/release"

docs='' task=qa pairs=25 threshold=7 format=jsonl template='' endpoint='' model="${SDK_MODEL:-}"
name=generated_dataset_synth_data_kit
while [ $# -gt 0 ]; do
  [ $# -gt 1 ] || { echo "run.sh: $1: expected a value after it" >&2; exit 2; }
  case $1 in
    --docs | --tflabcustomui_docs) docs=$2 ;;
    --task_type) task=$(echo "$2" | tr _ -) ;;
    --num_pairs) pairs=$2 ;;
    --curation_threshold) threshold=$2 ;;
    --output_format) format=$2 ;;
    --prompt_template) template=$2 ;;
    --vllm_api_base) endpoint=$2 ;;
    --generation_model) model=$2 ;;
    --output_dataset_name) name=$2 ;;
    *) echo "run.sh: $1 is no parameter; see the README beside it" >&2; exit 2 ;;
  esac
  shift 2
done
case $task in
  qa) prompt=qa_generation ;;
  cot) prompt=cot_generation ;;
  summary) prompt=summary ;;
  qa-rating) prompt=qa_rating ;;
  cot-enhancement) prompt=cot_enhancement ;;
  *) echo "run.sh: --task_type $task: expected qa, cot, summary, qa_rating or cot_enhancement" >&2; exit 2 ;;
esac
case $format in
  jsonl | alpaca | chatml) ;;
  *) echo "run.sh: --output_format $format: expected jsonl, alpaca or chatml" >&2; exit 2 ;;
esac
[ -n "$docs" ] || { echo "run.sh: --docs: expected documents, parted by commas" >&2; exit 2; }

mkdir -p "$name"
# A prompt of one's own is a config of synthetic-data-kit with that prompt alone.
config=$name/config.yaml
{
  printf 'generation:\n  temperature: 0.7\n  num_pairs: %s\n  num_cot_examples: %s\n' "$pairs" "$pairs"
  [ -z "$template" ] || printf 'prompts:\n  %s: |2\n%s\n' "$prompt" "$(printf '%s\n' "$template" | sed 's/^/    /')"
} > "$config"
[ -z "$model" ] || set -- "$@" -m "$model"
[ -z "$endpoint" ] || set -- "$@" --base-url "$endpoint"

# Documents, one a line.
listed() { printf '%s\n' "$docs" | tr ',' '\n' | sed 's/^ *//; s/ *$//; /^$/d'; }
# Rows of files that hold them already.
rows() { listed | tr '\n' '\0' | xargs -0 sdk-format jsonl; }
extract() { listed | sdk-extract --files-from - --rejects "$name/unread.jsonl" "$@" || [ $? -eq 1 ]; }
# The status of what stands before a pipe would be lost: it is kept.
made() { "$@" || echo $? > "$name/status"; }
generate() {
  case $task in
    qa | cot) extract --chunk-size 3000 --overlap 300 | made sdk-gen -c "$config" --task "$task" --rejects "$name/rejects.jsonl" "$@" ;;
    summary) extract --whole | made sdk-gen -c "$config" --task summary --rejects "$name/rejects.jsonl" "$@" ;;
    cot-enhancement) rows | made sdk-gen -c "$config" --task cot-enhance --rejects "$name/rejects.jsonl" "$@" ;;
    qa-rating) rows ;;
  esac
}
shape() {
  case $task in
    summary) sdk-format "$format" --user '"Summarise:\n\n" + .text' --assistant .summary "$@" ;;
    *) sdk-format "$format" "$@" ;;
  esac
}
rm -f "$name/status"
generate "$@" \
  | made sdk-judge -c "$config" --stats "$name/judge.json" "$@" \
  | sdk-filter --min "$threshold" > "$name/kept.jsonl"
shape -o "$name/dataset.json" "$name/kept.jsonl"
printf '{"generation_model":"%s","generation_type":"%s","timestamp":"%s","sample_count":%s}\n' \
  "$model" "$task" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(wc -l < "$name/kept.jsonl" | tr -d ' ')" > "$name/metadata.json"
[ ! -e "$name/status" ] || exit "$(cat "$name/status")"
