//! The walls of the house (DESIGN §3), as they stand in the manifests: a room knows only the ground, one room has the
//! socket, a bin is thin, and what there is is named where a reader looks for it.
#![allow(clippy::unwrap_used, clippy::format_push_string, clippy::print_stderr, missing_docs)]

mod shell;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const ROOMS: [&str; 7] =
    ["sdk-readers", "sdk-fetch", "sdk-recipes", "sdk-models", "sdk-offline", "sdk-scores", "sdk-shapes"];
/// Each knows those before it; sdk-text knows nobody, and everybody may know it.
const GROUND: [&str; 4] = ["sdk-scan", "sdk-record", "sdk-select", "sdk-prompt"];
const CLIENTS: [&str; 8] = ["reqwest", "hyper", "hyper-util", "ureq", "isahc", "curl", "attohttpc", "minreq"];
const WITH_A_SOCKET: [&str; 3] = ["sdk-models", "sdk-fetch", "sdk-stub"];

/// What each package of the workspace depends on, tests included.
fn packages() -> BTreeMap<String, Vec<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut metadata = Command::new(cargo);
    metadata.args(["metadata", "--no-deps", "--format-version", "1", "--offline"]).current_dir(shell::root());
    let metadata: Value = serde_json::from_slice(&metadata.output().unwrap().stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let known = packages.map(|package| {
        let dependencies = package["dependencies"].as_array().unwrap();
        (text(&package["name"]), dependencies.iter().map(|dependency| text(&dependency["name"])).collect())
    });
    known.collect()
}

#[test]
fn a_room_knows_only_the_ground() {
    let packages = packages();
    for (package, dependencies) in &packages {
        let allowed: Vec<&str> = match package.as_str() {
            "sdk" => continue,
            "sdk-text" | "sdk-stub" => vec![],
            name => {
                let below = GROUND.iter().position(|ground| *ground == name).unwrap_or(GROUND.len());
                let mut allowed = vec!["sdk-text", "sdk-stub"];
                allowed.extend(&GROUND[..below]);
                allowed
            }
        };
        for dependency in dependencies.iter().filter(|name| name.starts_with("sdk-")) {
            let room = if ROOMS.contains(&dependency.as_str()) { " (a room)" } else { "" };
            assert!(allowed.contains(&dependency.as_str()), "{package} must not know {dependency}{room}");
        }
    }
}

#[test]
fn one_room_has_the_socket() {
    for (package, dependencies) in packages() {
        if !WITH_A_SOCKET.contains(&package.as_str()) {
            let client = dependencies.iter().find(|name| CLIENTS.contains(&name.as_str()));
            assert!(client.is_none(), "{package} must not use {client:?}");
        }
    }
    for folder in shell::entries(&shell::root().join("crates")) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if !WITH_A_SOCKET.contains(&name.as_str()) {
            without_sockets(&folder.join("src"));
        }
    }
    without_sockets(&shell::root().join("bin"));
}

fn without_sockets(folder: &Path) {
    for path in shell::entries(folder) {
        if path.is_dir() {
            without_sockets(&path);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let socket = ["std::net::Tcp", "std::net::Udp", "TcpStream", "tokio::net"]
                .iter()
                .find(|word| text.contains(**word));
            assert!(socket.is_none(), "{} must not open a socket ({socket:?})", path.display());
        }
    }
}

#[test]
fn bins_are_thin() {
    thin(&shell::root().join("bin"));
}

fn thin(folder: &Path) {
    for path in shell::entries(folder) {
        if path.is_dir() {
            thin(&path);
            continue;
        }
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 120, "{} has {lines} lines", path.display());
    }
}

#[test]
fn the_map_names_every_crate() {
    let map = fs::read_to_string(shell::root().join("crates/README.md")).unwrap();
    for package in packages().keys().filter(|name| *name != "sdk") {
        assert!(map.contains(package.as_str()), "crates/README.md does not name {package}");
    }
}

#[test]
fn the_readme_names_what_is_built_in() {
    let readme = fs::read_to_string(shell::root().join("README.md")).unwrap();
    let folder = shell::folder();
    for tool in shell::TOOLS {
        let listed = shell::sh(&format!("{tool} --list"), folder.path()).ended(0);
        let names: Vec<String> =
            listed.text().lines().filter_map(|line| line.split('\t').nth(1).map(str::to_owned)).collect();
        let many = matches!(tool, "sdk-gen" | "sdk-judge" | "sdk-format");
        assert!(!(many && names.is_empty()), "{tool} --list gives nothing as `kind\\tname\\tabout`");
        for name in names {
            assert!(readme.contains(&format!("`{name}`")), "README.md does not name `{name}` of {tool}");
        }
    }
}
