//! The libraries that those use who train. scripts/test installs them, and names their Python in `SDK_TEST_PYTHON`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::shell::{command, finish, lacks, root};

/// The Python that has them; nothing where they are not installed.
pub fn python() -> Option<PathBuf> {
    let python = std::env::var_os("SDK_TEST_PYTHON").map(PathBuf::from).filter(|path| path.is_file());
    if python.is_none() {
        lacks("Hugging Face's datasets and trl (run scripts/test, or set SDK_TEST_PYTHON)");
    }
    python
}

/// The rows that a program beside this file prints.
pub fn loaded(python: &Path, program: &str, arguments: &[&str], folder: &Path) -> Vec<Value> {
    let mut load = command(python, folder);
    load.arg(root().join("tests/kit/loaders").join(program)).args(arguments);
    load.env("HF_HUB_OFFLINE", "1").env("HF_HOME", folder.join("hf")).env("PYTHONDONTWRITEBYTECODE", "1");
    finish(load, None).ended(0).rows()
}
