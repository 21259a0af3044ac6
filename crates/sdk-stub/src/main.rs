//! The server as a program: prints its base URL, then serves until stdin closes.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::{Read, Write};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use sdk_stub::{Fault, Lean, Limits, Options, Stub};

const HELP: &str = "sdk-stub: a model server that plays faults, for tests

    sdk-stub --share 0.3 --kinds server-error,reset,truncated

--latency MS  --jitter MS  --fail-first N  --share T  --kinds A,B  --in-a-row N  --always KIND  --on TEXT=KIND
--require-key KEY  --quota N  --cached T  --seed N  --log FILE
--rps N  --tpm N  --limit-headers yes  --retry-after S  --at-once N=STATUS  --knee N  --loading MS  --slow T=MS
--lean [--latency MS] [--slow N=MS] [--say TEXT]: one good reply to everything, for measuring; every Nth takes MS
KIND: ";

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|word| word == "--lean") {
        return match lean() {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => {
                eprintln!("{message}");
                ExitCode::from(2)
            }
        };
    }
    match options().and_then(|options| Stub::start(options).map_err(|error| error.to_string())) {
        Ok(stub) => {
            println!("{}", stub.base_url());
            let _ = std::io::stdout().flush();
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            let seen = stub.stats();
            eprintln!(
                "sdk-stub: requests {}, distinct {}, duplicates {}, answered {}, at once {}, refused {}, inside {}, in a second {}",
                seen.requests,
                seen.distinct,
                seen.duplicates,
                seen.answered,
                seen.max_in_flight,
                seen.refused,
                seen.most_inside,
                seen.busiest_second(),
            );
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// Serves until it is killed or its stdin closes.
fn lean() -> Result<(), String> {
    let mut lean = Lean::default();
    let mut words = std::env::args().skip(2);
    while let Some(flag) = words.next() {
        let value = words.next().ok_or_else(|| format!("{flag} needs a value; see --help"))?;
        match flag.as_str() {
            "--latency" => lean.latency = Duration::from_millis(number(&value)?),
            "--say" => lean.say = Some(value),
            "--slow" => {
                let (every, wait) = value.split_once('=').ok_or("--slow wants N=MS")?;
                lean.slow = (number(every)?, Duration::from_millis(number(wait)?));
            }
            _ => return Err(format!("unknown flag {flag}; see --help")),
        }
    }
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        #[allow(clippy::exit)] // nothing is kept that could be lost
        std::process::exit(0);
    });
    let ready = |address: String| {
        println!("{address}");
        let _ = std::io::stdout().flush();
    };
    lean.serve(ready).map_err(|error| error.to_string())
}

fn options() -> Result<Options, String> {
    let mut options = Options::default();
    let mut words = std::env::args().skip(1);
    while let Some(flag) = words.next() {
        let names = Fault::names().collect::<Vec<_>>().join(" ");
        if flag == "--help" {
            return Err(format!("{HELP}{names}"));
        }
        let value = words.next().ok_or_else(|| format!("{flag} needs a value; see --help"))?;
        match flag.as_str() {
            "--latency" => options.latency = Duration::from_millis(number(&value)?),
            "--jitter" => options.jitter = Duration::from_millis(number(&value)?),
            "--fail-first" => options.fail_first = number(&value)?,
            "--share" => options.share = number(&value)?,
            "--kinds" => options.kinds = value.split(',').map(kind).collect::<Result<_, _>>()?,
            "--in-a-row" => options.in_a_row = number(&value)?,
            "--always" => options.always = Some(kind(&value)?),
            "--on" => {
                let (text, name) = value.rsplit_once('=').ok_or("--on wants TEXT=KIND")?;
                options.on.push((text.to_owned(), kind(name)?));
            }
            "--require-key" => options.require_key = Some(value),
            "--quota" => options.quota = Some(number(&value)?),
            "--slow" => {
                let (share, wait) = value.split_once('=').ok_or("--slow wants T=MS")?;
                options.slow = (number(share)?, Duration::from_millis(number(wait)?));
            }
            flag if limit(&mut options.limits, flag, &value)? => {}
            "--cached" => options.cached = number(&value)?,
            "--seed" => options.seed = number(&value)?,
            "--log" => options.log = Some(value.into()),
            _ => return Err(format!("unknown flag {flag}\n\n{HELP}{names}")),
        }
    }
    Ok(options)
}

/// Takes a flag about who is let in.
fn limit(limits: &mut Limits, flag: &str, value: &str) -> Result<bool, String> {
    match flag {
        "--rps" => limits.rps = Some(number(value)?),
        "--tpm" => limits.tpm = Some(number(value)?),
        "--limit-headers" => limits.headers = value == "yes",
        "--retry-after" => limits.retry_after = Some(number(value)?),
        "--at-once" => {
            let (most, status) = value.split_once('=').ok_or("--at-once wants N=STATUS")?;
            limits.at_once = Some((number(most)?, number(status)?));
        }
        "--knee" => limits.knee = Some(number(value)?),
        "--loading" => limits.loading = Duration::from_millis(number(value)?),
        _ => return Ok(false),
    }
    Ok(true)
}

fn number<T: FromStr>(value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("`{value}` is no number"))
}

fn kind(name: &str) -> Result<Fault, String> {
    Fault::named(name).ok_or_else(|| format!("`{name}` is no fault; see --help"))
}
