//! Pictures of PDF pages: JPEG as it is stored, all else as PNG.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_oxide::extractors::ColorSpace;
use pdf_oxide::{PdfDocument, PdfFilter, PdfImageHandle};
use sdk_record::{Fault, Kind};

use super::Pictures;
use crate::readers::Wishes;
use crate::{Input, Part, deep};

/// Most pixels of a picture that is made into PNG.
const PIXELS: u64 = 50_000_000;

/// Most pages that are looked through.
const PAGES: usize = 50_000;

pub(super) fn pages(input: Input, _: &Wishes, to: &mut Pictures) -> Result<(), Fault> {
    let bytes = input.all()?;
    deep("pdf", || {
        let refused = |error: pdf_oxide::Error| Fault::new(Kind::Damaged, error.to_string());
        let document = PdfDocument::from_bytes(bytes).map_err(refused)?;
        for number in 0..document.page_count().map_err(refused)?.min(PAGES) {
            // A page on which it fails has lost its pictures, and no other has.
            let found = catch_unwind(AssertUnwindSafe(|| document.page_image_handles(number)));
            let Ok(Ok(handles)) = found else {
                to.unread += 1;
                continue;
            };
            for handle in handles {
                if !catch_unwind(AssertUnwindSafe(|| add(&handle, number + 1, to))).unwrap_or_default() {
                    to.left_out += 1;
                }
            }
        }
        Ok(())
    })
}

/// Adds a picture, unless it was there before; `false` where its data makes none.
fn add(handle: &PdfImageHandle<'_>, page: usize, to: &mut Pictures) -> bool {
    let part = Part::Page(page);
    let Ok(stored) = handle.raw_compressed_bytes() else { return false };
    if !to.is_new(&stored) {
        return true;
    }
    let plain = !matches!(handle.color_space, ColorSpace::DeviceCMYK | ColorSpace::ICCBased(4));
    if plain && matches!(handle.filter_chain.as_slice(), [PdfFilter::DCTDecode]) {
        // It is known by these bytes already.
        to.put(stored, Some(&part));
        return true;
    }
    if u64::from(handle.width) * u64::from(handle.height) > PIXELS {
        return false;
    }
    let made = handle.decode().and_then(|image| image.to_png_bytes());
    made.map(|bytes| to.add(bytes, Some(&part))).is_ok()
}
