//! Tables of flags and variables, and who comes of them.

use super::*;

fn chosen(model: &str, base_url: &str, variables: &[(&str, &str)]) -> Result<String, String> {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let flags = ModelFlags {
        model: text(model).into_iter().collect(),
        base_url: text(base_url),
        ..ModelFlags::default()
    };
    let variable = |name: &str| variables.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned());
    Ok(match choose_with(&flags, &variable)? {
        Whom::Offline => "offline".into(),
        Whom::Server(server) => {
            let key = if server.key.is_some() { " with key" } else { "" };
            format!("{} at {}{key}", server.name(), server.address())
        }
    })
}

const KEY: (&str, &str) = ("OPENAI_API_KEY", "sk-secret");
const URL: (&str, &str) = ("OPENAI_BASE_URL", "http://h:1");

const GEMINI: &str = "gemini:x at https://generativelanguage.googleapis.com/v1beta/openai with key";

#[test]
fn who_is_asked() {
    for (model, base_url, variables, wanted) in [
        ("offline", "", vec![], "offline"),
        ("offline", "http://h:1", vec![URL], "offline"),
        ("openai:gpt-4o-mini", "", vec![KEY], "openai:gpt-4o-mini at https://api.openai.com/v1 with key"),
        ("openai:gpt-4o-mini", "", vec![KEY, URL], "openai:gpt-4o-mini at http://h:1/v1 with key"),
        ("openai:x", "http://g:2", vec![URL], "openai:x at http://g:2/v1"),
        ("ollama:qwen3:8b", "", vec![KEY, URL], "ollama:qwen3:8b at http://127.0.0.1:11434/v1"),
        ("ollama:qwen3:8b", "gpu:11434", vec![], "ollama:qwen3:8b at http://gpu:11434/v1"),
        ("vllm:Qwen/Qwen3-8B", "", vec![], "vllm:Qwen/Qwen3-8B at http://127.0.0.1:8000/v1"),
        ("llama-server:x", "", vec![], "llama-server:x at http://127.0.0.1:8080/v1"),
        ("qwen3:8b", "http://h:1", vec![], "openai:qwen3:8b at http://h:1/v1"),
        ("Qwen/Qwen3-8B", "", vec![URL], "openai:Qwen/Qwen3-8B at http://h:1/v1"),
        ("", "http://h:1/v1", vec![KEY], "openai:default at http://h:1/v1 with key"),
        ("", "", vec![URL], "openai:default at http://h:1/v1"),
        ("ollama:x", "", vec![("OLLAMA_HOST", "gpu7")], "ollama:x at http://gpu7:11434/v1"),
        ("ollama:x", "", vec![("OLLAMA_HOST", "http://gpu7/x")], "ollama:x at http://gpu7/x"),
        ("groq:x", "", vec![("GROQ_API_KEY", "k")], "groq:x at https://api.groq.com/openai/v1 with key"),
        (
            "anthropic:x",
            "",
            vec![("ANTHROPIC_API_KEY", "k")],
            "anthropic:x at https://api.anthropic.com/v1 with key",
        ),
        ("anthropic:x", "", vec![("ANTHROPIC_BASE_URL", "http://h:1/p")], "anthropic:x at http://h:1/p/v1"),
        (
            "azure:x",
            "",
            vec![("AZURE_OPENAI_API_KEY", "k"), ("AZURE_OPENAI_ENDPOINT", "https://r.openai.azure.com/")],
            "azure:x at https://r.openai.azure.com/openai/v1 with key",
        ),
        (
            "azure:x",
            "https://r.a",
            vec![("AZURE_OPENAI_API_KEY", "k"), ("AZURE_OPENAI_API_VERSION", "1")],
            "azure:x at https://r.a/openai/deployments/x with key",
        ),
        (
            "bedrock:a:b",
            "",
            vec![("AWS_REGION", "r1"), ("AWS_BEARER_TOKEN_BEDROCK", "k")],
            "bedrock:a:b at https://bedrock-runtime.r1.amazonaws.com/model/a%3Ab/converse with key",
        ),
        ("gemini:x", "", vec![("GOOGLE_API_KEY", "k")], GEMINI),
        (
            "cloudera:x",
            "https://h/endpoints/x/v1",
            vec![("CDP_TOKEN", "k")],
            "cloudera:x at https://h/endpoints/x/v1 with key",
        ),
    ] {
        assert_eq!(
            chosen(model, base_url, &variables).as_deref(),
            Ok(wanted),
            "-m {model} --base-url {base_url}"
        );
    }
}

#[test]
fn who_is_not() {
    for (model, base_url, variables, said) in [
        ("", "", vec![KEY], "three ways"),
        (" ", "", vec![("OPENAI_BASE_URL", " ")], "three ways"),
        ("", "https://api.openai.com/v1", vec![KEY], "three ways"),
        ("openai:gpt-4o-mini", "", vec![], "export OPENAI_API_KEY="),
        ("openai:gpt-4o-mini", "", vec![("OPENAI_API_KEY", " ")], "export OPENAI_API_KEY="),
        ("openai:gpt-4o-mini", "", vec![("OPENAI_API_KEY", "sk\nsecret")], "was more than the key copied"),
        ("openai", "", vec![KEY], "openai:MODEL"),
        ("bedrock:x", "", vec![("AWS_BEARER_TOKEN_BEDROCK", "k")], "export AWS_REGION="),
        ("bedrock:x", "", vec![("AWS_REGION", "r1")], "export AWS_BEARER_TOKEN_BEDROCK="),
        (
            "bedrock:x",
            "",
            vec![("AWS_REGION", "r1"), ("AWS_ACCESS_KEY_ID", "k")],
            "export AWS_SECRET_ACCESS_KEY=",
        ),
        (
            "bedrock:x",
            "http://127.0.0.1:1",
            vec![("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "secret")],
            "export AWS_REGION=",
        ),
        (
            "bedrock:x",
            "",
            vec![("AWS_REGION", "r1"), ("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "sec\nsecret")],
            "AWS_SECRET_ACCESS_KEY holds characters",
        ),
        ("azure:x", "", vec![("AZURE_OPENAI_API_KEY", "k")], "export AZURE_OPENAI_ENDPOINT="),
        ("azure:x", "", vec![("AZURE_OPENAI_ENDPOINT", "https://r.a")], "export AZURE_OPENAI_API_KEY="),
        ("groq:x", "", vec![KEY], "export GROQ_API_KEY="),
        ("cloudera:x", "", vec![("CDP_TOKEN", "k")], "--base-url"),
        ("cloudera:x", "https://h/v1", vec![], "export CDP_TOKEN="),
        ("ollama:", "", vec![], "ollama:MODEL"),
        ("gpt-4o-mini", "", vec![KEY], "llama-server "),
        ("qwen3:8b", "", vec![], "no provider is called `qwen3`"),
        ("openai:x", "ftp://h", vec![], "only http and https"),
    ] {
        let error = chosen(model, base_url, &variables).expect_err(said);
        assert!(error.contains(said), "-m {model}: {error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn flags_win_over_the_providers_variable() {
    let folder = std::env::temp_dir().join(format!("sdk-keys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).unwrap();
        Some(folder.join(name))
    };
    let asked = |flags: ModelFlags| {
        let flags = ModelFlags { model: vec!["openai:x".into()], ..flags };
        match choose_with(&flags, &|name| (name == KEY.0).then(|| KEY.1.to_owned())) {
            Ok(Whom::Server(server)) => Ok(server.key.map_or(String::new(), |key| key.secrets().concat())),
            Ok(Whom::Offline) => panic!("offline"),
            Err(why) => Err(why),
        }
    };
    let by_file = |file| asked(ModelFlags { key_file: file, ..ModelFlags::default() });
    let by_command =
        |line: &str| asked(ModelFlags { key_command: Some(line.into()), ..ModelFlags::default() });
    assert_eq!(asked(ModelFlags::default()).as_deref(), Ok("sk-secret"));
    assert_eq!(by_file(file("good", "\n sk-of-file \n")).as_deref(), Ok("sk-of-file"));
    assert_eq!(by_command("echo; echo sk-of-command").as_deref(), Ok("sk-of-command"));
    for (found, said) in [
        (by_file(file("empty", " \n")), "empty"),
        (by_file(file("two", "sk-secret\nsk-secret")), "was more than the key copied"),
        (by_file(Some(folder.join("none"))), "No such file"),
        (by_command("true"), "empty"),
        (by_command("echo sk-secret; exit 3"), "exit status: 3"),
        (
            asked(ModelFlags {
                key_command: Some("true".into()),
                key_file: file("x", "x"),
                ..ModelFlags::default()
            }),
            "both",
        ),
    ] {
        let error = found.expect_err(said);
        assert!(error.contains(said) && !error.contains("secret"), "{error}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// An API key goes before a pair; the region is that of the address, where it has one.
#[test]
fn a_pair_of_keys_signs() {
    let pair = [("AWS_ACCESS_KEY_ID", "id-secret"), ("AWS_SECRET_ACCESS_KEY", "secret")];
    let region = ("AWS_REGION", "eu-west-3");
    let signer = |address: Option<&str>, more: &[(&str, &str)]| {
        let all = [&pair, more].concat();
        let flags = ModelFlags {
            model: vec!["bedrock:x".into()],
            base_url: address.map(str::to_owned),
            ..ModelFlags::default()
        };
        let find =
            |name: &str| all.iter().find(|(one, _)| *one == name).map(|(_, value)| (*value).to_owned());
        let Ok(Whom::Server(server)) = choose_with(&flags, &find) else { panic!("{address:?}") };
        assert!(!format!("{server:?}").contains("secret"));
        let hidden = server.hide("x id-secret secret y");
        assert!(hidden == "x *** *** y" || server.key.as_ref().is_some_and(|key| key.signer().is_none()));
        server.key.and_then(|key| key.signer().map(|signer| (signer.region.clone(), signer.session.clone())))
    };
    let east = Some("https://bedrock-runtime.us-east-1.amazonaws.com");
    let found = |region: &str, session: Option<&str>| Some((region.to_owned(), session.map(str::to_owned)));
    assert_eq!(signer(None, &[region]), found("eu-west-3", None));
    assert_eq!(signer(None, &[region, ("AWS_SESSION_TOKEN", "token")]), found("eu-west-3", Some("token")));
    assert_eq!(signer(east, &[region]), found("us-east-1", None));
    assert_eq!(signer(Some("https://proxy.example"), &[region]), found("eu-west-3", None));
    assert_eq!(signer(None, &[region, ("AWS_BEARER_TOKEN_BEDROCK", "k")]), None);
}

#[test]
fn no_key_in_debug() {
    let flags = ModelFlags { model: vec!["openai:x".into()], ..ModelFlags::default() };
    let whom = choose_with(&flags, &|name| (name == KEY.0).then(|| KEY.1.to_owned())).unwrap();
    assert!(!format!("{whom:?}").contains("secret"));
}
