//! t
#[test]
fn dump() {
    for name in ["rust-book-ch04-01", "python-tutorial-ds", "git-rebase"] {
        let md = std::fs::read_to_string(format!("/tmp/{name}.md")).unwrap();
        let mut cuts = vec![String::new()];
        for p in md.split("\n\n") {
            if cuts.last().unwrap().len() + p.len() > 1500 {
                cuts.push(String::new());
            }
            let c = cuts.last_mut().unwrap();
            c.push_str(p);
            c.push_str("\n\n");
        }
        for (i, c) in cuts.iter().enumerate() {
            if c.len() >= 500 {
                println!("=== {name} {i} {}", c.len());
                sdk_offline::look(c, 4);
            }
        }
    }
}
