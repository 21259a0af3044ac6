//! Pictures of PDF pages: JPEG as it is stored, all else as PNG.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_oxide::extractors::ColorSpace;
use pdf_oxide::{PdfDocument, PdfFilter, PdfImageHandle};
use sdk_record::Fault;

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
        // What it cannot open says so where its text is read.
        let Ok(document) = PdfDocument::from_bytes(bytes) else { return Ok(()) };
        for number in 0..document.page_count().unwrap_or(0).min(PAGES) {
            // A page on which it fails has lost its pictures, and no other has.
            let found = catch_unwind(AssertUnwindSafe(|| document.page_image_handles(number)));
            for handle in found.into_iter().flatten().flatten() {
                let _ = catch_unwind(AssertUnwindSafe(|| add(&handle, number + 1, to)));
            }
        }
        Ok(())
    })
}

fn add(handle: &PdfImageHandle<'_>, page: usize, to: &mut Pictures) {
    let part = Part::Page(page);
    let Ok(stored) = handle.raw_compressed_bytes() else { return };
    if !to.is_new(&stored) {
        return;
    }
    let plain = !matches!(handle.color_space, ColorSpace::DeviceCMYK | ColorSpace::ICCBased(4));
    if plain && matches!(handle.filter_chain.as_slice(), [PdfFilter::DCTDecode]) {
        // It is known by these bytes already.
        to.put(stored, Some(&part));
    } else if u64::from(handle.width) * u64::from(handle.height) <= PIXELS {
        if let Ok(bytes) = handle.decode().and_then(|image| image.to_png_bytes()) {
            to.add(bytes, Some(&part));
        }
    } else {
        to.left_out += 1;
    }
}
