use serde_json::json;

use sdk_prompt::{PromptFile, Variables};
use sdk_record::Record;
use sdk_select::{Val, val};

use super::*;

const WHOLE: &str = r#"
paths:
  input: "my docs"
  output: {parsed: data/parsed, final: data/final}
llm: {provider: api-endpoint}
vllm:
  api_base: http://localhost:8000/v1
  port: 8000
  model: some/local
api-endpoint:
  api_base: https://host.example/v1
  api_key: sk-in-the-file
  model: maker/model
  max_retries: 3
  sleep_time: 0.5
ingest:
  default_format: txt
generation:
  temperature: 0.7
  top_p: 0.95
  chunk_size: 4000
  overlap: 200
  max_tokens: 4096
  num_pairs: 25
  num_cot_examples: 5
  num_cot_enhance_examples: null
  batch_size: 32
  enable_deduplication: true
  tempreature: 0.1
curate: {threshold: 7.5, batch_size: 5, inference_batch: 4, temperature: 0.1}
format: {default: ft, pretty_json: true}
prompts:
  qa_generation: |
    Make {num_pairs} pairs as [{{"question": "…", "answer": "…"}}].

    {text}
  qa_rating: |
    Rate: {pairs}
"#;

fn read(text: &str) -> Result<Config, String> {
    Config::read(&Source::new("c.yaml", text.to_owned())?)
}

/// The texts of a prompt file's messages about a row.
fn rendered(file: &str, row: &str, known: &[(&str, Val)]) -> Vec<String> {
    let variables = Variables::default();
    let file = PromptFile::parse("t", file, &variables).unwrap();
    let known: Vec<_> = known.iter().cloned().chain([("variation", Val::from(String::new()))]).collect();
    let messages = file.messages(Some(&Record::parse(row).unwrap()), &variables.values(&known)).unwrap();
    messages.into_iter().map(|message| message.content).collect()
}

#[test]
fn three_lines_are_a_config() {
    let config = read("api-endpoint:\n  api_base: http://127.0.0.1:9/v1\n  model: tiny\n").unwrap();
    let Endpoint { provider, model, base_url, key_variables, key, retries } = config.endpoint.clone();
    assert_eq!((provider, model.as_deref()), (Some("openai"), Some("tiny")));
    assert_eq!(base_url.as_deref(), Some("http://127.0.0.1:9/v1"));
    assert_eq!(key_variables, ["API_ENDPOINT_KEY"]);
    assert!(key.is_none() && retries.is_none() && config.remarks.is_empty(), "{:?}", config.remarks);
    let task = config.task("qa");
    assert!(task.prompt.is_none() && task.number.is_none() && task.jobs.is_none());
    assert_eq!(task.parameters, Parameters::default());
    assert_eq!((config.rubric.as_deref(), config.judge.threshold), (Some("qa"), Some(7.0)));
}

#[test]
fn a_whole_config_is_read() {
    let config = read(WHOLE).unwrap();
    let key = config.endpoint.key.as_ref().unwrap();
    assert_eq!((key.text(), key.place()), ("sk-in-the-file", "c.yaml:12: api-endpoint.api_key"));
    assert!(!format!("{config:?}").contains("sk-in-the-file"));
    assert_eq!(config.endpoint.retries, Some(3));
    let qa = config.task("qa");
    assert_eq!((qa.number, qa.per.as_deref(), qa.jobs), (Some(25), Some(".document"), Some(32)));
    assert_eq!((qa.parameters.temperature, qa.parameters.max_tokens), (Some(0.7), Some(4096)));
    assert_eq!(json!(qa.parameters.other), json!({"top_p": 0.95}));
    assert_eq!(config.task("cot").number, Some(5));
    let instruct = config.task("instruct");
    assert_eq!((instruct.number, instruct.per.as_deref()), (Some(25), None));
    assert_eq!(config.task("summary").parameters.temperature, None);
    assert_eq!(config.task("my-own.md").number, None);
    let judge = config.rubric("qa");
    assert_eq!((judge.threshold, judge.pack, judge.jobs), (Some(7.5), Some(5), Some(4)));
}

#[test]
fn keys_that_do_nothing_are_named_once_with_their_line() {
    let remarks = read(WHOLE).unwrap().remarks;
    assert_eq!(
        remarks,
        [
            "c.yaml: keys without effect here: paths.output.parsed (line 4), paths.output.final (line 4), \
             vllm.port (line 8), api-endpoint.sleep_time (line 15), ingest.default_format (line 17), \
             generation.enable_deduplication (line 28), format.pretty_json (line 31)",
            "c.yaml: keys that nobody knows, left out: generation.tempreature (line 29)",
        ]
    );
}

#[test]
fn its_prompts_are_prompt_files() {
    let config = read(WHOLE).unwrap();
    let task = config.task("qa").prompt.clone().unwrap();
    let said = rendered(&task, r#"{"text":"Tides {rise}."}"#, &[("n", Val::from(3_usize))]);
    assert_eq!(said, ["Make 3 pairs as [{\"question\": \"…\", \"answer\": \"…\"}].\n\nTides {rise}."]);
    let again = [("n", Val::from(3_usize)), ("avoid", val("[\"Q?\"]").unwrap())];
    assert!(rendered(&task, r#"{"text":"x"}"#, &again)[0].ends_with("- Q?"));
    let rubric = config.rubric("qa").prompt.clone().unwrap();
    let known = [("user", Val::from("Q".to_owned())), ("assistant", Val::from("A".to_owned()))];
    let said = rendered(&rubric, r#"{"question":"Q","answer":"A","source":"x"}"#, &known);
    assert!(said[0].starts_with("Rate: [{\"question\":\"Q\",\"answer\":\"A\"}]\n"), "{said:?}");
}

#[test]
fn what_a_prompt_leaves_out_is_put_at_its_end() {
    let config = read("prompts:\n  qa_generation: Ask!\n  summary: 'Sum up as {\"a\": 1}.'\n").unwrap();
    let said =
        rendered(config.task("qa").prompt.as_ref().unwrap(), r#"{"text":"T"}"#, &[("n", Val::from(2_usize))]);
    assert_eq!(said, ["Ask!\n\nT\n\nWrite exactly 2."]);
    assert_eq!(
        config.remarks,
        ["c.yaml:2: prompts.qa_generation: it has no `{text}`, which is put at its end"]
    );
    let said = rendered(config.task("summary").prompt.as_ref().unwrap(), r#"{"text":"T"}"#, &[]);
    assert_eq!(said, ["Sum up as {\"a\": 1}.\n\nT"]);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let wrong = r#"llm: {provider: ollama}
generation:
  temperature: warm
  max_tokens: 0
  top_p: 2
  num_pairs: "7"
curate: 7
format: {default: csv}
prompts:
  qa_generation: |-
    Text: {text}

    As {"question": ""}
  cot_generation: "About {topic}"
  qa_rating: [a]
"#;
    let said = read(wrong).unwrap_err();
    let wanted = [
        "c.yaml:7: curate: expected keys below it, found 7",
        "c.yaml:1: llm.provider: expected vllm or api-endpoint, found ollama",
        "c.yaml:3: generation.temperature: expected a number of 0 or more, such as 0.7, found \"warm\"",
        "c.yaml:4: generation.max_tokens: expected a whole number from 1 on, found 0",
        "c.yaml:5: generation.top_p: expected a number from 0 to 1, found 2",
        "c.yaml:13: prompts.qa_generation: `{\"question\": \"\"}` is no placeholder: a brace that is text is written twice: `{{` and `}}`",
        "c.yaml:14: prompts.cot_generation: `{topic}` is no placeholder of this prompt; it has `{text}`",
        "c.yaml:15: prompts.qa_rating: expected a text, found a list",
        "c.yaml:8: format.default: expected jsonl, alpaca, ft or chatml, found csv",
    ];
    for line in wanted {
        assert!(said.contains(line), "no `{line}` in:\n{said}");
    }
    assert_eq!(said.lines().count(), wanted.len(), "{said}");
}

#[test]
fn files_of_another_kind_are_refused() {
    for (text, said) in [
        ("", "found no keys"),
        ("- a\n", "found no keys"),
        ("strategy_params: {}\nnum_samples: 3\n", "found strategy_params, num_samples"),
        ("llm: {provider: vllm\n", "c.yaml:"),
        ("llm: {}\nllm: {}\n", "c.yaml:2: expected YAML"),
    ] {
        let wrong = read(text).unwrap_err();
        assert!(wrong.starts_with("c.yaml:") && wrong.contains(said), "{text}: {wrong}");
    }
}

#[test]
fn the_section_that_is_there_is_the_provider() {
    let provider = |text: &str| read(text).unwrap().endpoint.provider;
    assert_eq!(provider("api-endpoint: {model: m}\n"), Some("openai"));
    assert_eq!(provider("vllm: {api_base: http://127.0.0.1:9/v1}\n"), Some("vllm"));
    assert_eq!(provider("generation: {num_pairs: 3}\n"), None);
    assert_eq!(provider("llm: {provider: vllm}\napi-endpoint: {model: m}\n"), Some("vllm"));
    let both = read("api-endpoint: {model: m}\nvllm: {model: k}\n").unwrap();
    assert_eq!(both.endpoint.model.as_deref(), Some("k"));
    assert_eq!(
        both.remarks,
        ["c.yaml:2: llm.provider: it is missing, and of the two sections vllm is taken"]
    );
}

#[test]
fn it_is_a_pipeline_of_flags() {
    assert_eq!(
        read(WHOLE).unwrap().pipeline,
        "sdk-extract 'my docs' --chunk-size 4000 --overlap 200 \\\n  \
         | sdk-gen --task qa -c c.yaml -m openai:maker/model --base-url https://host.example/v1 --retries 3 -n 25 \
         --per .document -j 32 --temperature 0.7 --max-tokens 4096 --param top_p=0.95 \\\n  \
         | sdk-judge --rubric qa -c c.yaml -m openai:maker/model --base-url https://host.example/v1 --retries 3 -j 4 \
         --temperature 0.1 --pack 5 --threshold 7.5 \\\n  \
         | sdk-filter --min 7.5 \\\n  \
         | sdk-format openai\n"
    );
    assert_eq!(
        read("seed_curate: {threshold: 6}\ngeneration: {num_pairs: 9}\n").unwrap().pipeline,
        "sdk-gen --task instruct -n 9 seeds.jsonl \\\n  | sdk-judge --rubric instruct --threshold 6 \\\n  \
         | sdk-filter --min 6 \\\n  | sdk-format jsonl\n"
    );
}
