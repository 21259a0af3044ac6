//! What the tools that ask a model have in common: whom to ask, what `--list`, `--show`, `--ping` and `--dry-run`
//! print, and the run from its first row to its exit. It joins rooms as a bin does, and knows no task and no rubric.

mod batch;
mod builtins;
mod config;
mod open;
mod pulse;
mod run;

use std::rc::Rc;

use anyhow::{Context, anyhow};
use clap::Args;

use sdk_cli::{Common, Exit, StatsFlag};
use sdk_models::{ModelFlags, PROVIDERS, Whom, choose, ping};
use sdk_recipes::config::{Config, ConfigFlag};

pub(crate) use batch::{Arguments, run};
pub(crate) use builtins::Builtins;

/// The flags of every tool that asks a model.
#[derive(Clone, Args)]
pub(crate) struct Asking {
    #[command(flatten)]
    pub(crate) model: ModelFlags,
    /// List what is built in as kind, name and description, and stop
    #[arg(long)]
    list: bool,
    /// Print a built-in prompt file, to copy
    #[arg(long, value_name = "NAME")]
    show: Option<String>,
    #[command(flatten)]
    config: ConfigFlag,
    /// What that file says.
    #[arg(skip)]
    file: Option<Rc<Config>>,
    #[command(flatten)]
    stats: StatsFlag,
    #[command(flatten)]
    pub(crate) common: Common,
}

impl Asking {
    /// What `--list` and `--show` print, if either was given.
    pub(crate) fn printed(&self, builtins: &Builtins) -> anyhow::Result<Option<Exit>> {
        if self.list {
            let own = builtins.all.iter().map(|(name, about, _)| (builtins.kind, *name, *about));
            let all = own.chain(PROVIDERS.iter().map(|one| ("provider", one.name, one.about)));
            let lines: Vec<String> =
                all.map(|(kind, name, about)| format!("{kind}\t{name}\t{about}\n")).collect();
            return sdk_cli::print(&lines.concat()).map(Some);
        }
        let Some(name) = &self.show else { return Ok(None) };
        sdk_cli::print(builtins.builtin(name).with_context(|| builtins.unknown(name))?).map(Some)
    }

    /// Whether nothing but one question at the most is asked.
    fn asks_nothing(&self) -> bool {
        self.list || self.show.is_some() || self.model.ping || self.common.dry_run
    }

    /// Who answers.
    pub(crate) fn whom(&self) -> anyhow::Result<Whom> {
        choose(&self.model).map_err(|why| anyhow!(why))
    }

    /// What `--ping` finds, if it was given; of several models each is asked.
    pub(crate) fn pinged(&self, name: &'static str) -> anyhow::Result<Option<Exit>> {
        if !self.model.ping {
            return Ok(None);
        }
        let found = self.panel()?.into_iter().map(|whom| sdk_cli::found(name, ping(whom)));
        let exits: Vec<Exit> = found.collect::<Result<_, _>>()?;
        Ok(exits.into_iter().find(|exit| !matches!(exit, Exit::Done)).or(Some(Exit::Done)))
    }
}
