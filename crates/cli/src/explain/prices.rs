//! What every limit and rule of a case costs: the case solved with all of them, and without each.

use std::{path::Path, time::Instant};

use ballast_model::Estate;
use ballast_report::{
    ChartStyle, LimitPrice, Provenance, RowName, Unpriced, missing_characters, prices_chart, prices_summary,
    prices_table, ranked, write,
};
use serde_json::json;

use super::{
    limit::{self, Named},
    price::{self, Price},
};
use crate::{
    args::{ChangeArgs, ExplainArgs},
    deadline,
    failure::Failure,
    output::Output,
    past_run, run_folder,
};

pub(super) fn explain(args: &ExplainArgs, output: &Output) -> anyhow::Result<()> {
    let start = Instant::now();
    let picture = args.out.as_ref().map(|table| table.with_extension("png"));
    run_folder::refuse_written(args.out.as_deref())?;
    run_folder::refuse_written(picture.as_deref())?;
    if picture == args.out && picture.is_some() {
        let hint = "name the table, e.g. prices.csv";
        return Err(
            Failure::usage("--out names a table, and the picture is written beside it".to_owned(), hint).into()
        );
    }
    let found = past_run::case_alone(Path::new(&args.subject), &ChangeArgs::default())?;
    let estate = &found.source.case.estate;
    let limits = limit::all(estate);
    let events = ballast_risk::sample(estate);
    let found = price::find(estate, &events, &limits, start, output)?;
    let (mut prices, mut not_done) = (Vec::new(), Vec::new());
    for (limit, price) in limits.iter().zip(&found.of_limits) {
        match price {
            Some(price) => prices.push(told(estate, limit, price)),
            None => not_done.push(Unpriced { name: limit.name.clone(), in_words: limit.in_words(estate) }),
        }
    }
    if prices.is_empty() && !not_done.is_empty() {
        return Err(deadline::unfinished("there was a plan without one of the limits").into());
    }
    let prices = ranked(prices);
    let currency = &estate.settings().currency;
    if let (Some(table), Some(picture)) = (&args.out, &picture) {
        let fields = [
            ("case", estate.settings().name.clone()),
            ("version", format!("ballast {}", env!("CARGO_PKG_VERSION"))),
            ("seed", estate.settings().risk.seed.to_string()),
            ("years", events.years().to_string()),
        ];
        let chart =
            prices_chart(&prices, not_done.len(), currency, ChartStyle::default(), &Provenance::of(fields))?;
        if let Some(warning) = missing_characters(std::slice::from_ref(&chart)) {
            output.note(&warning);
        }
        write(table, &prices_table(estate, &prices, &not_done).to_csv(output.dialect()))
            .map_err(Failure::Write)?;
        write(picture, &chart.png).map_err(Failure::Write)?;
    }
    if output.is_json() {
        output.json(&json!({
            "currency": currency,
            "limits": prices.iter().map(document).collect::<Vec<_>>(),
            "not_done": not_done.iter().map(|one| &one.name).collect::<Vec<_>>(),
        }))?;
    } else if prices.is_empty() {
        output.result("The case has no limits and its workloads no rules\n")?;
    } else {
        output.result(&prices_summary(estate, &prices, &not_done, output.is_bold()))?;
    }
    if !not_done.is_empty() {
        let names: Vec<&str> = not_done.iter().map(|one| one.name.as_str()).collect();
        return Err(deadline::partial(format!("the price of {}", names.join(", "))).into());
    }
    if found.is_cut_short { Err(deadline::partial(price::BETTER_PROOF).into()) } else { Ok(()) }
}

fn told(estate: &Estate, limit: &Named, price: &Price) -> LimitPrice {
    let currency = &estate.settings().currency;
    let shadow = price.shadow_prices.iter().max_by(|a, b| a.value.total_cmp(&b.value));
    LimitPrice {
        name: limit.name.clone(),
        in_words: limit.in_words(estate),
        binds: price.binds,
        price: price.adds,
        proven: price.proven,
        totals: (price.with.objective, price.without.objective),
        payers: if price.binds { price.payers.len() } else { 0 },
        shadow_price: shadow.map(|one| (one.value, RowName::parse(&one.row).unit(currency))),
    }
}

fn document(one: &LimitPrice) -> serde_json::Value {
    json!({
        "limit": one.name,
        "in_words": one.in_words,
        "binds": one.binds,
        "price": one.price,
        "price_at_least": one.proven.0,
        "price_at_most": one.proven.1,
        "total_with": one.totals.0,
        "total_without": one.totals.1,
        "payers": one.payers,
        "shadow_price": one.shadow_price.as_ref().map(|(value, unit)| json!({ "value_per_unit": value, "unit": unit })),
    })
}
