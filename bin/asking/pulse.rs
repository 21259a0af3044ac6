//! What is shown of a run that asks, while it does.

use std::sync::Arc;

use sdk_cli::{Beat, Pulse};
use sdk_models::{Gauge, Moment};
use sdk_prompt::{Cost, Counts, Price};

/// Reads the gauge of a run whenever somebody looks; `wanted` rows are to come of it, where that is known.
pub(super) fn pulse(gauge: Arc<Gauge>, price: Option<Price>, wanted: Option<u64>) -> Pulse {
    Arc::new(move || {
        let Moment { counts, flying } = gauge.read();
        let Counts { read, written, rejected, retries, tokens, cost, .. } = counts.priced(price.as_ref());
        let mut words = vec![format!("{flying} in flight")];
        words.extend(cost.map(Cost::dollars));
        words.extend((retries > 0).then(|| format!("retries {retries}")));
        let flows = vec![("tokens", tokens.input.saturating_add(tokens.output))];
        Beat { read, written, rejected, pace: written, wanted, flows, words }
    })
}
