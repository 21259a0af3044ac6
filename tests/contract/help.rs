//! What the tools say of themselves.

use crate::shell::{TOOLS, folder, sh};

#[test]
fn help_leads_with_examples() {
    let folder = folder();
    for tool in TOOLS {
        for flag in ["--help", "-h"] {
            let help = sh(&format!("{tool} {flag}"), folder.path()).ended(0).text();
            let example = help.find(&format!("{tool} ")).unwrap_or(usize::MAX);
            let options = help.find("Options").unwrap_or(help.len());
            assert!(example < options, "{tool} {flag} does not lead with examples:\n{help}");
        }
        let long = sh(&format!("{tool} --help"), folder.path()).text();
        assert!(long.to_lowercase().contains("example"), "{tool} --help has no examples:\n{long}");
        let version = sh(&format!("{tool} --version"), folder.path()).ended(0).text();
        assert!(version.starts_with(tool), "{version}");
    }
}

#[test]
fn pages_and_completions_are_made() {
    let folder = folder();
    for tool in TOOLS {
        for what in ["man", "complete-bash", "complete-zsh", "complete-fish"] {
            let ran = sh(&format!("{tool} --generate {what}"), folder.path()).ended(0);
            assert!(ran.text().contains(tool), "{tool} --generate {what}:\n{}", ran.text());
            let line = format!("{{ {tool} --generate {what}; echo $? >&2; }} | head -n 1");
            assert_eq!(sh(&line, folder.path()).ended(0).stderr, "0\n", "{tool} --generate {what} | head");
        }
    }
}

#[test]
fn an_unknown_flag_is_a_usage_error() {
    let folder = folder();
    for tool in TOOLS {
        let ran = sh(&format!("{tool} --no-such-flag < /dev/null"), folder.path()).ended(2);
        assert!(ran.stdout.is_empty() && ran.stderr.contains("--no-such-flag"), "{}", ran.stderr);
    }
}
