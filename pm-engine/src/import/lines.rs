//! Lines of an input that may be hostile: of any length, in any encoding.

use std::io::BufRead;

use crate::limits::IMPORT_LINE_BYTES_MAX;

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Text without its line end.
    Text(String),
    /// Nothing but white space.
    Empty,
    /// Not to be used; why.
    Bad(&'static str, String),
}

/// Reads lines within bounds; memory never grows past one line's limit.
pub(super) struct Lines<'a> {
    reader: &'a mut dyn BufRead,
    number: i64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(reader: &'a mut dyn BufRead) -> Self {
        Self { reader, number: 0 }
    }

    /// The next line with its number, from 1.
    pub(super) fn next(&mut self) -> std::io::Result<Option<(i64, Line)>> {
        let mut bytes = Vec::new();
        let mut length = 0_usize;
        let mut any = false;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                break;
            }
            any = true;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = end.map_or(chunk, |end| chunk.get(..end).unwrap_or_default());
            length = length.saturating_add(part.len());
            if length <= IMPORT_LINE_BYTES_MAX {
                bytes.extend_from_slice(part);
            } else {
                bytes = Vec::new();
            }
            let used = end.map_or(chunk.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number += 1;
        Ok(Some((self.number, self.line(bytes, length))))
    }

    fn line(&self, bytes: Vec<u8>, length: usize) -> Line {
        if length > IMPORT_LINE_BYTES_MAX {
            return Line::Bad("too_large", format!("the line is longer than {IMPORT_LINE_BYTES_MAX} bytes"));
        }
        let Ok(mut text) = String::from_utf8(bytes) else {
            return Line::Bad("invalid", "the line is not UTF-8".to_owned());
        };
        if self.number == 1
            && let Some(rest) = text.strip_prefix('\u{feff}')
        {
            text = rest.to_owned();
        }
        if text.ends_with('\r') {
            text.pop();
        }
        if text.trim().is_empty() { Line::Empty } else { Line::Text(text) }
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;

    use super::{IMPORT_LINE_BYTES_MAX, Line, Lines};

    fn all(bytes: &[u8]) -> Vec<(i64, Line)> {
        let mut reader = std::io::BufReader::with_capacity(7, bytes);
        let mut lines = Lines::new(&mut reader);
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    #[gtest]
    fn given_bom_crlf_blank_and_bad_bytes_when_read_then_each_line_is_told_apart() {
        let lines = all(b"\xef\xbb\xbf{}\r\n \t\r\n\xff\xfe\nlast");
        expect_that!(lines[0], eq(&(1, Line::Text("{}".to_owned()))));
        expect_that!(lines[1], eq(&(2, Line::Empty)));
        expect_true!(matches!(lines[2], (3, Line::Bad("invalid", _))));
        expect_that!(lines[3], eq(&(4, Line::Text("last".to_owned()))));
        expect_that!(lines.len(), eq(4));
    }

    #[gtest]
    fn given_a_line_past_the_limit_when_read_then_it_is_refused_and_the_next_one_is_whole() {
        let mut bytes = vec![b'x'; IMPORT_LINE_BYTES_MAX + 1];
        bytes.extend_from_slice(b"\nok\n");
        let lines = all(&bytes);
        expect_true!(matches!(lines[0], (1, Line::Bad("too_large", _))));
        expect_that!(lines[1], eq(&(2, Line::Text("ok".to_owned()))));
    }
}
