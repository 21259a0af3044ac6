//! `conversation`: TRL's conversational language modelling, `{"messages":[…]}` and `tools`. Source: TRL's guide "Dataset
//! formats and types". The lines are those of `chatml`, under the name that TRL has for them.

use super::{Shape, chatml};

pub(super) const SHAPE: Shape = Shape {
    name: "conversation",
    about: "TRL's conversations: messages, and tools; as chatml",
    empty: r#"{"messages":[{"role":"","content":""}]}"#,
    write: chatml::write,
    read: chatml::read,
    check: crate::check::chat,
};
