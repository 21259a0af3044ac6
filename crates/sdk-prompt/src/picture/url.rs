//! Data URLs: a picture that stands in its own address.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use sdk_record::{Fault, Kind};

use super::{Picture, too_large};

/// Padding may be left out.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of a data URL, after its scheme.
pub(super) fn inline(url: &str) -> Result<Vec<u8>, Fault> {
    let shown: String = url.chars().take(40).collect();
    let wrong = |what: &str| {
        Fault::new(Kind::Damaged, format!("expected data:image/png;base64,…, {what}: data:{shown}…"))
    };
    let (about, data) = url.split_once(',').ok_or_else(|| wrong("found no comma"))?;
    if !about.to_ascii_lowercase().ends_with(";base64") {
        return Err(wrong("found no base64"));
    }
    if data.len() / 4 * 3 > Picture::LARGEST + 3 {
        return Err(too_large());
    }
    let data: Vec<u8> = data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(data).map_err(|error| wrong(&format!("found base64 that is broken ({error})")))
}
