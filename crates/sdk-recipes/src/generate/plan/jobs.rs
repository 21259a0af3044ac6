//! The jobs that a plan begins: about a row, a draw of seeds, the text of one row or of many.

use std::rc::Rc;

use sdk_prompt::Job;
use sdk_record::{Fault, Record};

use super::{Generation, planned_copy};
use crate::generate::conversation::Conversation;
use crate::generate::digest::{Digest, Whole};
use crate::generate::gather::Gathered;
use crate::generate::job::{Subject, TaskJob};
use crate::generate::ledger::unspooled;
use crate::generate::source::{Source, text};

impl Generation {
    /// The conversation of a row, where its answers are what is asked about.
    pub(super) fn conversation(&self, row: &Record) -> Result<Option<Conversation>, Fault> {
        self.task.adds_reasoning().then(|| Conversation::of(self.task.name(), row)).transpose()
    }

    /// The job that asks about a row.
    pub(super) fn job(&self, row: Record, wanted: Option<u64>) -> Result<TaskJob, Fault> {
        let (copy, conversation) = (planned_copy(&row), self.conversation(&row)?);
        let pictures = self.task.file.pictures(&row, &self.task.variables.values(&[]))?;
        let subject =
            Subject { pictures, conversation, wanted, copy, pass: self.pass(), ..Subject::default() };
        self.about(Subject { row: Some(row), ..subject })
    }

    /// The job that asks with a draw of seeds.
    pub(super) fn draw(&self, draw: &Record, wanted: Option<u64>) -> Result<TaskJob, Fault> {
        let number: u64 = draw.get("draw").and_then(|raw| raw.parse().ok()).unwrap_or(0);
        let request = number + (u64::from(self.pass()) << 40);
        let seeds = self.seeds.shots(self.seed, request, self.task.shots());
        // Few seeds give equal draws: the number tells their requests apart.
        self.about(Subject { seeds, wanted, copy: number, pass: self.pass(), ..Subject::default() })
    }

    pub(super) fn about(&self, subject: Subject) -> Result<TaskJob, Fault> {
        let schema = match &subject.conversation {
            Some(conversation) => Some(conversation.schema()?),
            None => self.schema.clone(),
        };
        Ok(TaskJob::new(Rc::clone(&self.task), schema, subject))
    }

    /// The job that asks about a row of a task that adds to it.
    pub(super) fn addition(&self, row: Record) -> Result<Box<dyn Job>, Fault> {
        let key = self.task.text_key();
        let long = self.task.reads_in_parts() && text(&row, key).chars().nth(self.task.parts()).is_some();
        if !long {
            return Ok(Box::new(self.job(row, None)?));
        }
        let source = Source::of_row(&row, key);
        Ok(Box::new(Digest::new(Rc::clone(&self.task), Whole::Row(row), source)))
    }

    /// The job that makes one row of many.
    pub(super) fn digest(&mut self, (common, spool): Gathered) -> Result<Box<dyn Job>, Fault> {
        let whole = Whole::Rows(common, spool.rows());
        let rows = spool.read().map_err(|error| unspooled(&error))?;
        let source = Source::of_rows(rows, self.task.text_key());
        self.ledger.begin(None);
        Ok(Box::new(Digest::new(Rc::clone(&self.task), whole, source)))
    }
}
