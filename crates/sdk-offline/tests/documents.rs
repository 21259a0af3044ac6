//! t
#[test]
fn dump() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/documents");
    for name in ["rust-book-ch04-01", "python-tutorial-ds", "git-rebase"] {
        let html = std::fs::read_to_string(root.join(format!("{name}.html"))).unwrap();
        let md = htmd::HtmlToMarkdown::builder().skip_tags(vec!["script", "style"]).build().convert(&html).unwrap();
        std::fs::write(format!("/tmp/{name}.md"), md).unwrap();
    }
}
