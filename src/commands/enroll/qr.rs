//! A QR code of half blocks: two rows of it on each line of the terminal.

use anyhow::{Context as _, Result};
use qrcodegen::{QrCode, QrCodeEcc};

/// Modules of the quiet zone (ISO/IEC 18004).
const QUIET: i32 = 4;

/// The lines, for a terminal with light text on a dark ground: apps read both, but some only this one.
pub fn lines(text: &str) -> Result<Vec<String>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok();
    let code = code.context("the secret does not fit into a QR code")?;
    let range = -QUIET..code.size() + QUIET;
    let line = |row: i32| {
        let block = |column| match (
            !code.get_module(column, row),
            !code.get_module(column, row + 1),
        ) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        range.clone().map(block).collect()
    };
    Ok(range.clone().step_by(2).map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Another program's decoder reads it.
    #[test]
    fn what_is_drawn_is_read() {
        let uri = format!(
            "otpauth://totp/Amazon%20Web%20Services:alice@123456789012?secret={}&issuer=Amazon%20Web%20Services",
            "GEZDGNBVGY3TQOJQ".repeat(4)
        );
        let lines: Vec<Vec<char>> = (lines(&uri).unwrap().iter())
            .map(|line| line.chars().collect())
            .collect();
        let is_light = |x: usize, y: usize| match lines[y / 2][x] {
            '█' => true,
            '▀' => y.is_multiple_of(2),
            '▄' => !y.is_multiple_of(2),
            _ => false,
        };
        let scale = 3;
        let (width, height) = (lines[0].len() * scale, lines.len() * 2 * scale);
        let mut image = rqrr::PreparedImage::prepare_from_bitmap(width, height, |x, y| {
            !is_light(x / scale, y / scale)
        });
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        assert_eq!(grids[0].decode().unwrap().1, uri);
        assert!(lines[0].len() <= 79, "a terminal has 80 columns");
    }
}
