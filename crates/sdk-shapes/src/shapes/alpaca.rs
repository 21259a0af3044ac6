//! `alpaca`: `{"instruction","input","output"}`, and `system` where there is one. Holds one exchange of plain text;
//! what is more is refused, never cut. Source: Stanford Alpaca's data, and LLaMA-Factory's `data/README.md`, which adds
//! `system`, `images` and the like, and `history`: that is read, but not written, for most readers know nothing of it.

use sdk_record::{Fault, Turns};

use super::Shape;
use crate::check::alpaca as check;
use crate::messages::{self, exchange, plain, refused};
use crate::{Example, tools};

pub(super) const SHAPE: Shape = Shape {
    name: "alpaca",
    about: "{\"instruction\",\"input\",\"output\"}, one exchange",
    empty: r#"{"instruction":"","input":"","output":""}"#,
    write,
    read: |row, turns| {
        turns.fill_from(row, &["instruction", "input", "output", "system", "reasoning", "history"])
    },
    check,
};

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut turns = Turns::default();
    example.fill(&mut turns)?;
    let (system, user, assistant) = exchange("alpaca", &turns.turns)?;
    if turns.tools.as_deref().is_some_and(|raw| tools::functions(raw).is_some()) {
        return Err(refused("alpaca", "holds text, found tools"));
    }
    let (asked, answered) = (plain("alpaca", user)?, plain("alpaca", assistant)?);
    let (instruction, input) = match &turns.split {
        Some((instruction, input)) => (&**instruction, &**input),
        None => (&*asked, "\"\""),
    };
    line.extend(["{\"instruction\":", instruction, ",\"input\":", input, ",\"output\":", &answered]);
    if let Some(system) = system {
        line.extend([",\"system\":", &plain("alpaca", system)?]);
    }
    messages::media(line, &turns);
    line.push('}');
    Ok(())
}
