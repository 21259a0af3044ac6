//! wip
mod clause;
mod cloze;
mod condition;
mod entry;
mod grammar;
mod pair;
mod plain;
mod qa;
mod question;
mod tokens;

/// look
pub fn look(text: &str, count: usize) {
    for p in qa::pairs(text, count, 0, &[]) {
        println!("{:3} Q {}\n    A {}", p.worth, p.question, p.answer);
    }
}
