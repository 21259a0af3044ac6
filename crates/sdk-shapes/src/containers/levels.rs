//! How much of the path of each value is there (definition) and where in a list it begins anew (repetition), as runs: in a
//! column that few rows have, nearly all are the same.

/// Levels that are given at once, about.
const BATCH: usize = 16 * 1024;

/// The levels of a column in some rows.
#[derive(Debug, Default)]
pub(super) struct Levels {
    runs: Vec<Run>,
}

/// The same levels, so many times.
#[derive(Debug, Clone, Copy)]
struct Run {
    definition: i16,
    repetition: i16,
    count: u32,
}

impl Levels {
    /// Adds those of one value; says how many bytes they take.
    pub(super) fn add(&mut self, definition: i16, repetition: i16) -> usize {
        match self.runs.last_mut() {
            Some(run)
                if run.definition == definition && run.repetition == repetition && run.count < u32::MAX =>
            {
                run.count += 1;
                0
            }
            _ => {
                self.runs.push(Run { definition, repetition, count: 1 });
                size_of::<Run>()
            }
        }
    }

    /// Gives definitions and repetitions one by one, those of whole rows at once.
    pub(super) fn each<E>(&self, mut give: impl FnMut(&[i16], &[i16]) -> Result<(), E>) -> Result<(), E> {
        let (mut definitions, mut repetitions) = (Vec::new(), Vec::new());
        for run in &self.runs {
            let mut left = run.count as usize;
            while left > 0 {
                // A row begins where nothing is repeated.
                if definitions.len() >= BATCH && run.repetition == 0 {
                    give(&definitions, &repetitions)?;
                    definitions.clear();
                    repetitions.clear();
                }
                // Of levels that begin rows no more than a batch; of a row all.
                let now = match run.repetition {
                    0 => left.min(BATCH.saturating_sub(definitions.len()).max(1)),
                    _ => left,
                };
                definitions.resize(definitions.len() + now, run.definition);
                repetitions.resize(repetitions.len() + now, run.repetition);
                left -= now;
            }
        }
        give(&definitions, &repetitions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_given_again_by_whole_rows() {
        let mut levels = Levels::default();
        let all: Vec<(i16, i16)> = (0..5 * BATCH)
            .map(|at| match at % 7 {
                0 => (1, 0),
                1 | 2 => (2, 1),
                _ => (0, 0),
            })
            .chain(std::iter::repeat_n((3, 1), 2 * BATCH))
            .chain(std::iter::repeat_n((0, 0), 3 * BATCH))
            .collect();
        let bytes: usize =
            all.iter().map(|&(definition, repetition)| levels.add(definition, repetition)).sum();
        assert_eq!(bytes, levels.runs.len() * size_of::<Run>());
        let mut given = Vec::new();
        let whole = levels.each(|definitions, repetitions| {
            given.extend(definitions.iter().copied().zip(repetitions.iter().copied()));
            if repetitions[0] == 0 { Ok(()) } else { Err("half a row") }
        });
        assert_eq!(whole, Ok(()));
        assert_eq!(given, all);
    }

    #[test]
    fn what_few_rows_have_takes_little() {
        let mut levels = Levels::default();
        let bytes: usize = (0..1_000_000).map(|row| levels.add(i16::from(row % 2000 == 0), 0)).sum();
        assert!(bytes < 10_000, "{bytes}");
    }
}
