//! Reads what a program prints, line by line, on a thread of its own: a full pipe would stop the program.

use std::io::{BufRead, BufReader, Read};
use std::thread;

/// Bytes of a line at most. What is longer is taken for several lines: one without an end must not fill the memory.
pub const LONGEST_LINE: u64 = 16 * 1024;

/// Tells each line, without its end, until the program has closed its output. Bytes that are no UTF-8 become `U+FFFD`.
pub fn each_line(output: impl Read + Send + 'static, mut tell: impl FnMut(String) + Send + 'static) {
    let mut output = BufReader::new(output);
    thread::spawn(move || {
        let mut line = Vec::new();
        while let Ok(1..) = output.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
            tell(String::from_utf8_lossy(&line).trim_end().to_owned());
            line.clear();
        }
    });
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn what_is_no_text_and_what_has_no_end_is_read_as_well() {
        let long = usize::try_from(LONGEST_LINE).unwrap();
        let output = [b"\xff\xfe\n", &*vec![b'x'; long + 1], b"\r\nthe last one"].concat();
        let (tell, told) = channel();
        each_line(Cursor::new(output), move |line| tell.send(line).unwrap());
        let lines: Vec<_> = told.iter().collect();
        assert_eq!(lines[0], "\u{fffd}\u{fffd}");
        assert_eq!(lines[1].len(), long);
        assert_eq!(lines[2..], ["x", "the last one"]);
    }
}
