//! Several who answer, as one: each call goes to the one that it names. Knows nothing of what is asked.

use std::sync::Arc;

use sdk_prompt::{Answer, Call, Cost, Done, Key, Price, Spent, Usage};
use sdk_record::Fault;

/// A panel: who answers, and what their tokens cost where somebody knows.
pub struct Panel {
    members: Vec<(Box<dyn Answer>, Option<Price>)>,
    name: Arc<str>,
}

impl Panel {
    /// A panel of these, in the order in which calls number them; of one at least.
    pub fn new(members: Vec<(Box<dyn Answer>, Option<Price>)>) -> Panel {
        let names: Vec<Arc<str>> = members.iter().map(|(member, _)| member.model()).collect();
        Panel { members, name: names.join(", ").into() }
    }

    /// Who is meant; whom nobody has, the last one is.
    fn place(&self, call: &Call) -> usize {
        let Call::Model(ask) = call;
        ask.about.whom.min(self.members.len() - 1)
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Box<dyn Answer>> {
        self.members.iter_mut().map(|(member, _)| member)
    }
}

impl Answer for Panel {
    fn model(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    fn asked(&self, call: &Call) -> Arc<str> {
        self.members[self.place(call)].0.model()
    }

    /// Room with each: whom the next call is for is not known before.
    fn room(&self) -> usize {
        self.members.iter().map(|(member, _)| member.room()).min().unwrap_or(0)
    }

    fn submit(&mut self, ticket: u64, key: Key, call: Call, done: &Done) {
        let place = self.place(&call);
        self.members[place].0.submit(ticket, key, call, done);
    }

    fn flush(&mut self) {
        self.all().for_each(|member| member.flush());
    }

    fn show(&self, call: &Call) -> String {
        self.members[self.place(call)].0.show(call)
    }

    fn leave(&mut self) {
        self.all().for_each(|member| member.leave());
    }

    fn halt(&mut self) {
        self.all().for_each(|member| member.halt());
    }

    fn aside(&mut self, keys: &[Key]) {
        self.all().for_each(|member| member.aside(keys));
    }

    fn remembers(&self) -> bool {
        self.members.iter().all(|(member, _)| member.remembers())
    }

    fn withholds(&self) -> bool {
        self.members.iter().any(|(member, _)| member.withholds())
    }

    fn close(&mut self, whole: bool) -> Result<(), Fault> {
        let closed: Vec<Result<(), Fault>> = self.all().map(|member| member.close(whole)).collect();
        closed.into_iter().collect()
    }

    fn flying(&self) -> usize {
        self.members.iter().map(|(member, _)| member.flying()).sum()
    }

    fn spent(&self) -> Spent {
        let mut sum = Spent { cost: Some(Cost::default()), ..Spent::default() };
        for (member, price) in &self.members {
            let Spent { requests, cached, retries, tokens, busy, .. } = member.spent();
            // Nobody is paid for no tokens. A sum that lacks one price is none.
            let free = tokens == Usage::default();
            let cost = if free { Some(Cost::default()) } else { price.map(|price| price.cost(tokens)) };
            sum.cost = sum.cost.zip(cost).map(|(sum, cost)| Cost(sum.0.saturating_add(cost.0)));
            (sum.requests, sum.cached) = (sum.requests + requests, sum.cached + cached);
            (sum.retries, sum.tokens) = (sum.retries + retries, sum.tokens.and(tokens));
            sum.busy = sum.busy.saturating_add(busy);
        }
        // Where nobody has a price there is no cost, not one of nothing.
        sum.cost = sum.cost.filter(|_| self.members.iter().any(|(_, price)| price.is_some()));
        sum
    }
}
