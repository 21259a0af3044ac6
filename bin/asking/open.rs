//! From whom to ask to the one who answers.

use anyhow::anyhow;

use sdk_models::{Panel, Run, Whom, choose_all};
use sdk_offline::Offline;
use sdk_prompt::{Answer, Parameters, Price};

use super::Asking;
use super::run::Asked;

impl Asking {
    /// All who answer, where several may.
    pub(crate) fn panel(&self) -> anyhow::Result<Vec<Whom>> {
        choose_all(&self.model).map_err(|why| anyhow!(why))
    }

    /// What a token of whoever is asked costs, where somebody knows.
    pub(crate) fn price(&self, whom: &Whom) -> anyhow::Result<Option<Price>> {
        self.model.price_of(whom).map_err(|why| anyhow!(why))
    }

    /// Gets everything ready to ask `all`; the first row was found to fit.
    pub(crate) fn open(
        &self,
        name: &'static str,
        all: Vec<Whom>,
        parameters: &Parameters,
    ) -> anyhow::Result<Asked<'_>> {
        let count = all.len();
        let (mut members, mut prices) = (Vec::new(), Vec::new());
        for (at, whom) in all.into_iter().enumerate() {
            let price = self.price(&whom)?;
            members.push((self.member(name, whom, price, (at, count), parameters)?, price));
            prices.push(price);
        }
        let (answer, price) = match members.pop() {
            Some((one, price)) if members.is_empty() => (one, price),
            last => {
                members.extend(last);
                (Box::new(Panel::new(members)) as Box<dyn Answer>, None)
            }
        };
        Ok(Asked { name, flags: self, answer, price, prices })
    }

    /// Number `at` of `count` who answer: the requests at once are shared among them, one for each at least.
    fn member(
        &self,
        name: &'static str,
        whom: Whom,
        price: Option<Price>,
        (at, count): (usize, usize),
        parameters: &Parameters,
    ) -> anyhow::Result<Box<dyn Answer>> {
        let remarks = self.common.remarks;
        let run = Run {
            jobs: self.common.jobs().map(|jobs| (jobs / count + usize::from(at < jobs % count)).max(1)),
            seed: self.common.seed,
            say: remarks.sayer(name),
            verbose: remarks.verbose,
            dry: self.common.dry_run,
            price,
            parameters: parameters.clone(),
        };
        match whom {
            Whom::Offline => Ok(Box::new(Offline::new())),
            Whom::Server(server) => server.open(&self.model, run).map_err(|why| anyhow!(why)),
        }
    }
}
