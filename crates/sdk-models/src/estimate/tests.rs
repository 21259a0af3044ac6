use super::forecast::{Forecast, forecast};
use super::*;

/// A job of so many rows that does nothing but say its number.
struct Numbered(u64, Rc<RefCell<Vec<u64>>>, u64);

impl Job for Numbered {
    fn next(&mut self, _: Vec<Result<Reply, Fault>>) -> Move {
        self.1.borrow_mut().push(self.0);
        Move::Done
    }

    fn rows(&self) -> u64 {
        self.2
    }
}

/// Jobs for the first rows at once, for the others at the end; each is about so many.
struct Numbers(u64, Rc<RefCell<Vec<u64>>>, u64);

impl Plan for Numbers {
    fn admit(&mut self, row: Record) -> Result<Option<Box<dyn Job>>, Fault> {
        let number = row.get("n").and_then(|raw| raw.parse().ok()).unwrap_or(0);
        Ok(Some(Box::new(Numbered(number, Rc::clone(&self.1), self.2))))
    }

    fn finish(&mut self) -> Result<Option<Box<dyn Job>>, Fault> {
        if self.0 == 0 {
            return Ok(None);
        }
        self.0 -= 1;
        Ok(Some(Box::new(Numbered(1000 + self.0, Rc::clone(&self.1), self.2))))
    }
}

/// The numbers of the jobs that are asked, of `rows` and as many `late` ones.
fn asked(count: u64, seed: u64, rows: u64, late: u64) -> Vec<u64> {
    asked_in_packs(1, count, seed, rows, late)
}

/// The same, where each job is about so many rows.
fn asked_in_packs(pack: u64, count: u64, seed: u64, rows: u64, late: u64) -> Vec<u64> {
    let said = Rc::new(RefCell::new(Vec::new()));
    let mut plan = Numbers(late, Rc::clone(&said), pack);
    let mut estimate = Estimate::new(&mut plan, count, seed, [None]);
    for number in 0..rows {
        let row = Record::parse(&format!("{{\"n\":{number}}}")).unwrap();
        assert!(estimate.admit(row).unwrap().is_none(), "none is begun before all are known");
    }
    while let Some(mut job) = estimate.finish().unwrap() {
        assert!(matches!(job.next(Vec::new()), Move::Done));
    }
    assert_eq!((estimate.jobs, estimate.rows), (rows + late, (rows + late) * pack));
    said.take()
}

#[test]
fn as_many_as_asked_for_by_the_seed_in_order() {
    assert_eq!(asked(5, 0, 100, 50).len(), 5);
    assert_eq!(asked(500, 0, 3, 0), [0, 1, 2]);
    assert_eq!(asked(4, 7, 100, 0), asked(4, 7, 100, 0));
    assert_ne!(asked(4, 7, 100, 0), asked(4, 8, 100, 0));
    assert!(asked(20, 3, 100, 0).is_sorted());
    assert!(asked(0, 3, 100, 0).is_empty());
    // Rows are counted, not requests about several of them.
    for (rows, jobs) in [(0, 0), (1, 1), (4, 1), (5, 2), (8, 2), (9, 3), (1000, 30)] {
        assert_eq!(asked_in_packs(4, rows, 5, 20, 10).len(), jobs, "{rows} rows");
    }
    // Each has the same chance: of a hundred in two hundred draws of ten, about twenty times.
    let mut times = [0; 100];
    for seed in 0..200 {
        for number in asked(10, seed, 100, 0) {
            times[usize::try_from(number).unwrap()] += 1;
        }
    }
    assert!(times.iter().all(|times| (4..45).contains(times)), "{times:?}");
}

#[test]
fn the_interval_holds_nine_of_ten_times() {
    // Rows of very different length, and now and then one that is asked several times.
    let all: Vec<f64> = (0..1000u32)
        .map(|number| {
            let length = 200.0 + 1500.0 * fraction(1, u64::from(number), 0).powi(3);
            if number % 17 == 0 { 3.0 * length } else { length }
        })
        .collect();
    let mut held = 0;
    for seed in 0..100 {
        let drawn: Vec<usize> =
            asked(40, seed, 1000, 0).into_iter().map(|number| usize::try_from(number).unwrap()).collect();
        let seen: Vec<f64> = drawn.iter().map(|number| all[*number]).collect();
        let truth = all.iter().sum::<f64>() - seen.iter().sum::<f64>();
        let (least, most) = forecast(&seen, 1000 - 40).unwrap().bounds.unwrap();
        held += u32::from(least <= truth && truth <= most);
    }
    assert!((85..=99).contains(&held), "{held} of 100");
}

#[test]
fn what_is_known_has_no_interval() {
    let exact = |left: f64| Some(Forecast { left, bounds: Some((left, left)) });
    assert_eq!(forecast(&[2.0, 2.0, 2.0], 7), exact(14.0));
    assert_eq!(forecast(&[2.0, 5.0], 0), exact(0.0));
    assert_eq!(forecast(&[2.0], 3), Some(Forecast { left: 6.0, bounds: None }));
    assert_eq!(forecast(&[], 4), None);
    let (least, most) = forecast(&[0.0, 100.0], 998).unwrap().bounds.unwrap();
    assert!(least == 0.0 && most > 100_000.0);
}

#[test]
fn the_table_says_what_was_paid_and_what_is_left() {
    let took = |output| forecast::Taken {
        rows: 1,
        requests: 1,
        tokens: Usage { input: 100, output, ..Usage::default() },
        cost: Some(Cost(100_000_000 + output * 2_000_000)),
        seconds: Some(2.0),
    };
    let price = Price { input: 1_000_000, output: 2_000_000, cached: 0, written: 0 };
    let tokens = Usage { input: 100, output: 10, ..Usage::default() };
    // One of the two answers was known.
    let paid = Counts { requests: 1, tokens, ..Counts::default() };
    let known = forecast::Taken { seconds: None, ..took(10) };
    let speed = forecast::Speed { whole: 0.7, share: 1.0, at_once: 4.0, minute: [None; METERS] };
    let priced = paid.priced(Some(&price));
    let text = forecast::table(&[took(10), known], (12, 12), &priced, &speed);
    assert_eq!(
        text,
        "what\tpaid\tleft\tleast\tmost\nrows\t2\t10\t10\t10\nrequests\t1\t10\t10\t10\n\
         input_tokens\t100\t1000\t1000\t1000\noutput_tokens\t10\t100\t100\t100\n\
         cost\t0.000120\t0.001200\t0.001200\t0.001200\nseconds\t0.7\t5.0\t-\t-\n"
    );
    let text = forecast::table(&[took(10)], (12, 12), &paid, &speed);
    assert!(text.contains("output_tokens\t10\t110\t-\t-\n") && !text.contains("cost"), "{text}");
    // Packs of three, the last one of one.
    let pack = forecast::Taken { rows: 3, ..took(10) };
    let text = forecast::table(&[pack, pack], (5, 13), &priced, &speed);
    assert!(text.contains("\nrows\t6\t7\t7\t7\nrequests\t1\t3\t3\t3\n"), "{text}");
    // What was known is of one whose price is not.
    let text =
        forecast::table(&[took(10), forecast::Taken { cost: None, ..known }], (12, 12), &priced, &speed);
    assert!(text.contains("\ncost\t0.000120\t-\t-\t-\n"), "{text}");
}

#[test]
fn the_time_is_that_of_the_work_and_never_beats_a_limit() {
    let took = |seconds| forecast::Taken {
        rows: 1,
        requests: 2,
        tokens: Usage { input: 100, output: 20, ..Usage::default() },
        cost: None,
        seconds: Some(seconds),
    };
    let taken = [took(1.0), took(9.0)];
    let seconds = |speed: forecast::Speed| {
        let text = forecast::table(&taken, (32, 32), &Counts::default(), &speed);
        text.lines()
            .last()
            .unwrap()
            .split('\t')
            .skip(1)
            .map(|word| word.parse().unwrap())
            .collect::<Vec<f64>>()
    };
    let speed = forecast::Speed { whole: 9.0, share: 0.2, at_once: 2.0, minute: [None; METERS] };
    // Ten seconds of which two were work: one a row, and two rows at once.
    let free = seconds(speed);
    assert_eq!(free[..2], [9.0, 15.0]);
    for (meter, minute, wanted) in [
        (crate::limit::REQUESTS, 60.0, 60.0),
        (crate::limit::TOKENS, 3600.0, 60.0),
        (crate::limit::INPUT, 3000.0, 60.0),
        (crate::limit::OUTPUT, 600.0, 60.0),
    ] {
        let mut minutes = [None; METERS];
        minutes[meter] = Some(minute);
        let found = seconds(forecast::Speed { minute: minutes, ..speed });
        assert_eq!(found[1..], [wanted, wanted, free[3].max(wanted)], "{meter}");
        minutes[meter] = Some(1e9);
        assert_eq!(seconds(forecast::Speed { minute: minutes, ..speed }), free, "a limit that is never met");
    }
}

#[test]
fn time_that_is_waited_is_no_work() {
    let begun = Instant::now();
    let took = |seconds| forecast::Taken { seconds: Some(seconds), ..forecast::Taken::default() };
    let time = Some((begun, begun + std::time::Duration::from_secs(4)));
    let books = Books { taken: vec![took(6.0), took(10.0)], time };
    let found = books.speed(8.0, None, [None; METERS]);
    assert_eq!((found.whole, found.share, found.at_once), (4.0, 0.5, 2.0));
    let told = books.speed(8.0, Some(64), [None; METERS]);
    assert_eq!((told.share, told.at_once), (0.5, 64.0));
    let nothing = Books::default().speed(0.0, None, [None; METERS]);
    assert_eq!((nothing.whole, nothing.share, nothing.at_once), (0.0, 1.0, 1.0));
}
