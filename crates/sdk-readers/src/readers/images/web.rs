//! Pictures of web pages, which must stand in the page itself (`data:`), and of the chapters of books.

use sdk_prompt::Picture;
use sdk_record::Fault;

use super::Pictures;
use crate::encoding::decode;
use crate::readers::package::resolve;
use crate::readers::{Wishes, epub};
use crate::{Input, deep};

pub(super) fn page(input: Input, _: &Wishes, to: &mut Pictures) -> Result<(), Fault> {
    let (html, _) = decode(input.all()?, None);
    for source in sources(&html) {
        if let Some(bytes) = Picture::inline(source.trim())
            && to.is_new(source.as_bytes())
        {
            to.named(bytes.map(Some), None);
        }
    }
    Ok(())
}

pub(super) fn book(input: Input, wishes: &Wishes, to: &mut Pictures) -> Result<(), Fault> {
    deep("epub", || {
        let (mut archive, chapters) = epub::chapters(input, wishes)?;
        for (chapter, part) in chapters {
            let html = match archive.text(&chapter) {
                Ok(html) => html.unwrap_or_default(),
                // Its pictures are lost, and those of no other chapter are.
                Err(_) => {
                    to.unread += 1;
                    continue;
                }
            };
            let folder = chapter.rsplit_once('/').map_or("", |(folder, _)| folder);
            for source in sources(&html) {
                let inline = Picture::inline(source.trim());
                let name = match inline {
                    Some(_) => source.to_owned(),
                    None => resolve(folder, &epub::plain(&source.replace("&amp;", "&"))),
                };
                if to.is_new(name.as_bytes()) {
                    let bytes = inline.map_or_else(|| archive.bytes(&name), |bytes| bytes.map(Some));
                    to.named(bytes, Some(&part));
                }
            }
        }
        Ok(())
    })
}

/// What the pictures of a page name as their source. What was read of one tag is not read again for the next.
fn sources(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[memchr::memchr(b'<', rest.as_bytes())? + 1..];
            let end = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != ':');
            let (name, attributes) = rest.split_at(end.unwrap_or(rest.len()));
            let keys: &[&str] = match name.rsplit(':').next()?.to_ascii_lowercase().as_str() {
                "img" => &["src"],
                // Of SVG, which frames the covers of books.
                "image" => &["href"],
                _ => continue,
            };
            let value;
            (value, rest) = attribute(attributes, keys);
            if value.is_some() {
                return value;
            }
        }
    })
}

/// The value of the first of these attributes in what is left of a tag, and what comes after it or after the tag.
fn attribute<'a>(mut tag: &'a str, keys: &[&str]) -> (Option<&'a str>, &'a str) {
    loop {
        tag = tag.trim_start_matches(|sign: char| sign.is_whitespace() || sign == '/');
        if tag.is_empty() || tag.starts_with('>') {
            return (None, tag);
        }
        let key =
            &tag[..tag.find(|sign: char| sign.is_whitespace() || "=>/".contains(sign)).unwrap_or(tag.len())];
        let rest = tag[key.len()..].trim_start();
        let Some(rest) = rest.strip_prefix('=') else {
            // A sign that begins no name must not be met again.
            tag = if key.is_empty() { &tag[tag.chars().next().map_or(0, char::len_utf8)..] } else { rest };
            continue;
        };
        let rest = rest.trim_start();
        let (value, rest) = match rest.chars().next() {
            Some(sign @ ('"' | '\'')) => match rest[1..].split_once(sign) {
                Some(parts) => parts,
                // It is never closed, so it is none.
                None => return (None, &rest[1..]),
            },
            _ => rest
                .split_at(rest.find(|sign: char| sign.is_whitespace() || sign == '>').unwrap_or(rest.len())),
        };
        if keys.iter().any(|name| key.rsplit(':').next().is_some_and(|key| key.eq_ignore_ascii_case(name))) {
            return (Some(value), rest);
        }
        tag = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_pictures() {
        let html = "<p>a<img alt='x > y' SRC = 'a.png'/><IMG src=b.gif><img srcset=no><image xlink:href=\"c d.svg\"/>\
                    <imgx src=no><!-- <img data-src=no =x src=\"e\"> --><img src='open";
        assert_eq!(sources(html).collect::<Vec<_>>(), ["a.png", "b.gif", "c d.svg", "e"]);
    }

    #[test]
    fn a_page_of_tags_that_never_end_is_read_once() {
        let html = "<img ".repeat(400_000) + "<p><img src=a><img alt=\"<img src=b src=c>";
        assert_eq!(sources(&html).collect::<Vec<_>>(), ["a", "b"]);
    }
}
