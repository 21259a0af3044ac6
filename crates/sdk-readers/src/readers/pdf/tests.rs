use super::*;
use crate::{Part, READERS};

/// A PDF of pages with these lines, in a document that says this of itself.
fn pdf(pages: &[&[&str]], info: &str) -> Vec<u8> {
    let content = |lines: &&[&str]| {
        let shown: Vec<_> = lines.iter().map(|line| format!("({line}) Tj T*")).collect();
        format!("BT /F1 12 Tf 14 TL 72 700 Td {} ET", shown.join(" "))
    };
    let streams: Vec<_> = pages.iter().map(content).map(|text| stream("", &text)).collect();
    built(&streams, info)
}

fn stream(entries: &str, data: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{data}\nendstream", data.len())
}

/// A PDF whose pages have these contents.
fn built(contents: &[String], info: &str) -> Vec<u8> {
    let kids: Vec<_> = (0..contents.len()).map(|page| format!("{} 0 R", 5 + page * 2)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), contents.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< {info} >>"),
    ];
    for (page, content) in contents.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>",
            6 + page * 2
        ));
        objects.push(content.clone());
    }
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let begin = file.len();
    let trailer = format!(
        "trailer\n<< /Size {} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{begin}\n%%EOF\n",
        objects.len() + 1
    );
    (file + &table + &trailer).into_bytes()
}

fn read_with(bytes: Vec<u8>, wishes: &Wishes) -> Result<Document, Fault> {
    crate::whole(Input::open("a.pdf", Box::new(std::io::Cursor::new(bytes)), wishes.max_size)?, wishes)
}

fn opened(bytes: Vec<u8>) -> Result<Document, Fault> {
    read_with(bytes, &Wishes::default())
}

/// What stands at the end of a file is not there: pages may be missing, and nobody else would say so.
#[test]
fn a_file_that_is_cut_off_says_so() {
    let whole = pdf(&TWO, "");
    assert!(opened(whole.clone()).unwrap().warning.is_none());
    let end = whole.len() - "startxref".len() - 12;
    let table = whole[..end].windows(9).rposition(|window| window == b"startxref").unwrap_or(end);
    let cut = opened(whole[..table].to_vec());
    assert!(cut.map_or(true, |document| document.warning.is_some_and(|said| said.contains("cut off"))));
}

const TWO: [&[&str]; 2] =
    [&["The kettle holds an exam-", "ple of water.", "It is warm."], &["Nobody counts it."]];

#[test]
fn pages_in_order_with_what_it_says_of_itself() {
    let info = "/Title (The Kettle) /Author <FEFF00C9006D0069006C0065> /CreationDate (D:20240203040506Z)";
    let read = opened(pdf(&TWO, info)).unwrap();
    assert_eq!(read.engine, "pdf_oxide");
    assert_eq!(read.text, "The kettle holds an example\nof water.\nIt is warm.\n\nNobody counts it.\n");
    let parts: Vec<_> = read.marks.iter().map(|mark| (mark.at, &mark.part)).collect();
    let second = read.text.find("Nobody").unwrap();
    assert_eq!(parts, [(0, &Part::Page(1)), (second, &Part::Page(2))]);
    assert_eq!(read.title.as_deref(), Some("The Kettle"));
    let wanted = [("author", "Émile".to_owned()), ("created", "2024-02-03T04:05:06Z".to_owned())];
    assert_eq!(read.metadata, wanted);
}

#[test]
fn running_lines_go_where_that_is_asked_for() {
    let texts = ["One begins.", "Two is next.", "Three follows.", "Four ends it."];
    let numbers = ["1", "2", "3", "4"];
    let pages: Vec<[&str; 3]> =
        texts.iter().zip(numbers).map(|(text, number)| ["The Kettle Book", text, number]).collect();
    let pages: Vec<&[&str]> = pages.iter().map(<[&str; 3]>::as_slice).collect();
    let kept = opened(pdf(&pages, "")).unwrap().text;
    assert!(kept.contains("Kettle Book"), "{kept}");
    let clean = read_with(pdf(&pages, ""), &Wishes { clean: true, ..Wishes::default() }).unwrap().text;
    assert_eq!(clean, "One begins.\n\nTwo is next.\n\nThree follows.\n\nFour ends it.\n");
}

#[test]
fn refusals_say_which_and_what_to_do() {
    let empty = pdf(&[&[]], "");
    let broken = built(&[stream("/Filter /FlateDecode", "no such thing as deflated bytes")], "");
    let cut = pdf(&TWO, "")[..200].to_vec();
    for (bytes, kind, advice) in [
        (empty, Kind::NoText, "ocrmypdf"),
        (broken, Kind::Damaged, "page 1: "),
        (cut, Kind::Damaged, "qpdf"),
        (b"no PDF at all".to_vec(), Kind::Damaged, "%PDF-"),
        (Vec::new(), Kind::Damaged, "empty"),
    ] {
        let fault = opened(bytes).unwrap_err();
        assert_eq!(fault.kind, kind, "{}", fault.message);
        assert!(fault.message.contains(advice), "{}", fault.message);
    }
    let less = Wishes { max_size: 20, ..Wishes::default() };
    let long = Arc::new(pdf(&[&["More than twenty characters of text."]], ""));
    assert_eq!(oxide::read(&long, less.max_size).unwrap_err().kind, Kind::TooLarge);
}

#[test]
fn the_next_engine_reads_what_the_first_did_not_end_with() {
    let wishes = Wishes { fallback: true, ..Wishes::default() };
    let found = read_with(pdf(&TWO, ""), &wishes);
    match poppler::read(&Arc::new(Vec::new()), 1) {
        None => assert!(found.unwrap_err().message.contains("pdftotext")),
        Some(_) => {
            let read = found.unwrap();
            assert_eq!(read.engine, "pdftotext");
            assert_eq!(
                read.text,
                "The kettle holds an example of water.\nIt is warm.\n\nNobody counts it.\n"
            );
            assert_eq!(read.marks.len(), 2);
            assert_eq!(read_with(b"%PDF-1.7 nothing".to_vec(), &wishes).unwrap_err().kind, Kind::Damaged);
            let long = poppler::read(&Arc::new(pdf(&TWO, "")), 20).unwrap();
            assert_eq!(long.unwrap_err().kind, Kind::TooLarge);
        }
    }
}

#[test]
fn the_whole_of_another_engine_goes_before_half_of_the_first() {
    let half = || {
        let pages = vec![Page::of("One.".to_owned()), Page::lost("it is broken".to_owned())];
        Some(Ok(Found { pages, ..Found::default() }))
    };
    let whole = || {
        let pages = ["One.", "Two."].map(|text| Page::of(text.to_owned())).into();
        Some(Ok(Found { pages, ..Found::default() }))
    };
    let long = || Some(Err(too_long(7)));
    let bomb = || {
        let page = Page { inflated: true, ..Page::lost("it is a bomb".to_owned()) };
        Some(Ok(Found { pages: vec![page], ..Found::default() }))
    };
    let read = |second: Engine, cut| {
        let read = document(&[("first", &half), ("none", &|| None), ("second", second)], false, cut).unwrap();
        (read.engine, read.text, read.warning.unwrap_or_default())
    };
    assert_eq!(read(&whole, false), ("second", "One.\n\nTwo.\n".to_owned(), String::new()));
    // That the end is not there is no reason to take what has fewer pages.
    let (engine, text, warning) = read(&whole, true);
    assert_eq!((engine, text.as_str()), ("second", "One.\n\nTwo.\n"));
    assert!(warning.contains("cut off"), "{warning}");
    // Half of it is better than a refusal.
    for second in [&half as Engine, &long, &bomb] {
        let (engine, text, warning) = read(second, false);
        assert_eq!((engine, text.as_str()), ("first", "One.\n"));
        assert!(warning.contains("page 2"), "{warning}");
    }
    assert_eq!(document(&[("first", &bomb)], false, false).unwrap_err().kind, Kind::TooLarge);
}

#[test]
fn told_by_content_before_the_name() {
    let detect = |bytes: Vec<u8>| {
        detect(&Input::open("a.pdf", Box::new(std::io::Cursor::new(bytes)), 1 << 20).unwrap())
    };
    assert!(detect(pdf(&TWO, "")));
    assert!(detect([b"\xE2\xE3\xCF\xD3 mail\n", &*pdf(&TWO, "")].concat()));
    assert!(detect(b"\0\0\0 no header left".to_vec()) && !detect(b"PK\x03\x04\0\0".to_vec()));
    assert!(!detect(b"A text about %PDF- headers".to_vec()));
    assert!(READERS.iter().any(|reader| reader.extensions == ["pdf"]));
}
