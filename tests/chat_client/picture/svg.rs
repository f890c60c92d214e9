//! Windows of a text terminal as SVG: text, so that it can be searched, read aloud and compared.

use std::fmt::Write;

/// Pixels of a character in the font of a terminal, and of a row.
const CHARACTER: usize = 8;
const ROW: usize = 19;

/// Characters of a row, and pixels around the rows and between the windows.
const COLUMNS: usize = 56;
const PADDING: usize = 14;
const GAP: usize = 12;

/// The bar with the title.
const BAR: usize = 28;

const WIDTH: usize = COLUMNS * CHARACTER + 2 * PADDING;

/// What one terminal shows.
pub(super) struct Window {
    pub(super) title: String,
    pub(super) rows: Vec<String>,
}

/// All windows beside each other, each as high as the one with the most rows.
pub(super) fn draw(windows: &[Window]) -> String {
    let rows = windows.iter().map(|window| window.rows.len()).max().unwrap_or(0);
    let height = BAR + 2 * PADDING + rows * ROW;
    let width = windows.len() * (WIDTH + GAP) - GAP;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"13\">\n"
    );
    for (index, window) in windows.iter().enumerate() {
        draw_window(&mut svg, index * (WIDTH + GAP), height, window);
    }
    svg + "</svg>\n"
}

/// Writing to a string cannot fail.
fn draw_window(svg: &mut String, left: usize, height: usize, window: &Window) {
    let _ = writeln!(
        svg,
        "<rect x=\"{left}\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\" fill=\"#1d2430\"/>"
    );
    let title = escaped(&window.title);
    let (x, y) = (left + PADDING, BAR - 9);
    let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" fill=\"#8b98ad\">$ {title}</text>");
    for (index, row) in window.rows.iter().enumerate() {
        let baseline = BAR + PADDING + index * ROW + ROW / 2;
        let (colour, row) = (colour_of(row), escaped(row));
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{baseline}\" fill=\"{colour}\" xml:space=\"preserve\">{row}</text>"
        );
    }
}

/// What the program says of itself is dim, a whisper has a colour, and so has the prompt.
fn colour_of(row: &str) -> &'static str {
    match row {
        _ if row.contains(" whispers: ") || row.contains("you whisper to") => "#d7a6ff",
        _ if row.starts_with('*') => "#8b98ad",
        _ if row.starts_with('>') => "#7ee0a3",
        _ => "#e6ebf2",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
