//! `kto`: `{"prompt","completion","label"}`, one answer and whether it is a good one; the row's `label` says so. Source:
//! TRL's guide "Dataset formats and types", unpaired preference.

use sdk_record::{Fault, Kind, Turns};

use super::{Shape, prompt_completion};
use crate::Example;
use crate::check::kto as check;

pub(super) const SHAPE: Shape = Shape {
    name: "kto",
    about: "TRL's {\"prompt\",\"completion\",\"label\"}, from rows with a label of true or false",
    empty: r#"{"prompt":"","completion":"","label":false}"#,
    write,
    read: prompt_completion::read,
    check,
};

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut told = Turns::default();
    example.told(&mut told)?;
    if !told.rejected.is_empty() {
        let message = "kto holds one answer and its label, found a chosen and a rejected one; make two rows of it: \
                       jq -c '{prompt, completion: .chosen, label: true}, {prompt, completion: .rejected, label: false}'";
        return Err(Fault::new(Kind::Unconvertible, message));
    }
    let label = match example.row.get("label") {
        Some(raw @ ("true" | "false")) => raw,
        found => {
            let found = found.unwrap_or("nothing").chars().take(40).collect::<String>();
            let message = format!("label: expected true or false for kto, found {found}");
            return Err(Fault::new(Kind::Unconvertible, message));
        }
    };
    prompt_completion::append("kto", &told, line)?;
    line.extend([",\"label\":", label]);
    prompt_completion::tail(&told, line);
    line.push('}');
    Ok(())
}
