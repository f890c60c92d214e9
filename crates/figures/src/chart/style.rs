//! The colours of a chart, and the font of its texts.

use plotters::prelude::*;

/// Blue, vermilion, bluish green, orange, reddish purple, sky blue: a seventh series is blue again.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(230, 159, 0),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
];

/// Halfway between black and white in brightness: its contrast to both is about 4.5.
pub(super) const GREY: RGBColor = RGBColor(118, 118, 118);

pub(super) const FONT: (&str, u32) = ("sans-serif", 13);

/// Pixels that a letter of `FONT` takes at most on average; nobody measures fonts here.
pub(super) const LETTER_WIDTH: i32 = 8;

pub(super) fn text(font: (&'static str, u32)) -> TextStyle<'static> {
    font.into_font().color(&GREY)
}

pub(super) fn colour(index: usize) -> RGBColor {
    COLOURS[index % COLOURS.len()]
}
