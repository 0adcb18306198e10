//! What fastwebsockets does not look at, seen on the way to it: headers that a client may not send, and messages that
//! never end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::limits;
use crate::ws::close::Close;

/// A reader that refuses.
pub(super) struct Inspect<R> {
    inner: R,
    headers: Headers,
    patience: Patience,
    refused: Option<Close>,
}

impl<R> Inspect<R> {
    pub(super) fn new(inner: R, message_within: Duration) -> Self {
        let (headers, patience) = (Headers::default(), Patience::new(message_within));
        Self { inner, headers, patience, refused: None }
    }
}

/// Why reading ends, in the form that passes through fastwebsockets.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.reason())]
pub(super) struct Refused(pub(super) Close);

fn refused(close: Close) -> Poll<io::Result<()>> {
    Poll::Ready(Err(io::Error::other(Refused(close))))
}

impl<R: AsyncRead + Unpin> AsyncRead for Inspect<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if let Some(close) = this.refused {
            return refused(close);
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut this.inner).poll_read(context, buffer);
        if polled.is_pending() && this.headers.is_within_message() && this.patience.is_over(context) {
            return refused(Close::Unfinished);
        }
        ready!(polled)?;
        this.patience.pause();
        let seen = this.headers.walk(buffer.filled().get(before..).unwrap_or_default());
        if seen.ended {
            this.patience.renew();
        }
        if seen.broken {
            // What came before the header is still good.
            buffer.set_filled(before + seen.good);
            this.refused = Some(Close::Protocol);
            if seen.good == 0 {
                return refused(Close::Protocol);
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Longest header of a client's frame: two bytes, eight of length, four of mask.
const HEADER_BYTES_MAX: usize = 14;

/// Follows the headers of frames in a stream of bytes.
#[derive(Default)]
struct Headers {
    header: [u8; HEADER_BYTES_MAX],
    filled: usize,
    /// Bytes of the payload that have not come yet; absent within a header.
    payload: Option<u64>,
    /// Fragments of a message have come, and its last has not.
    is_continued: bool,
}

/// What a stretch of bytes held.
#[derive(Default, PartialEq, Eq, Debug)]
struct Seen {
    /// How many bytes at its beginning belong to frames that may be sent.
    good: usize,
    /// A message has come to its end.
    ended: bool,
    /// A header came that breaks the rules.
    broken: bool,
}

impl Headers {
    const fn is_within_message(&self) -> bool {
        self.filled > 0 || self.is_continued
    }

    fn walk(&mut self, mut bytes: &[u8]) -> Seen {
        let mut seen = Seen::default();
        let all = bytes.len();
        loop {
            if self.payload.is_none() {
                bytes = self.take_header(bytes);
                match self.decode() {
                    Decoded::Partial => break,
                    Decoded::Broken => {
                        seen.broken = true;
                        return seen;
                    }
                    Decoded::Payload(length) => self.payload = Some(length),
                }
            }
            let left = self.payload.unwrap_or_default();
            let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
            bytes = bytes.get(here..).unwrap_or_default();
            seen.good = all - bytes.len();
            self.payload = Some(left - u64::try_from(here).unwrap_or(left));
            if self.payload != Some(0) {
                break;
            }
            seen.ended |= self.end_of_frame();
            if bytes.is_empty() {
                break;
            }
        }
        seen.good = all;
        seen
    }

    /// Fills the header as far as it is known to go, one piece after the other; what is left of the bytes.
    fn take_header<'a>(&mut self, mut bytes: &'a [u8]) -> &'a [u8] {
        while self.filled < self.needed() {
            let Some((byte, rest)) = bytes.split_first() else { break };
            if let Some(place) = self.header.get_mut(self.filled) {
                *place = *byte;
            }
            self.filled += 1;
            bytes = rest;
        }
        bytes
    }

    const fn needed(&self) -> usize {
        match (self.filled, self.header[1] & 0x7f) {
            (0 | 1, _) => 2,
            (_, 126) => 2 + 2 + 4,
            (_, 127) => 2 + 8 + 4,
            _ => 2 + 4,
        }
    }

    const fn is_control(&self) -> bool {
        self.header[0] & 0x08 != 0
    }

    /// RFC 6455, 5.1 to 5.5: a client masks, a control frame is short, and a length is spelt in its shortest form.
    fn decode(&self) -> Decoded {
        let [_, length, rest @ ..] = &self.header;
        if self.filled >= 2 {
            let is_long = usize::from(length & 0x7f) > limits::CONTROL_BYTES_MAX;
            if length & 0x80 == 0 || (self.is_control() && is_long) {
                return Decoded::Broken;
            }
        }
        if self.filled < self.needed() {
            return Decoded::Partial;
        }
        let (length, shortest) = match (length & 0x7f, rest) {
            (126, [a, b, ..]) => (u64::from(u16::from_be_bytes([*a, *b])), 126),
            (127, [a, b, c, d, e, f, g, h, ..]) => {
                (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 0x1_0000)
            }
            (short, _) => (u64::from(short), 0),
        };
        if length < shortest || length > u64::MAX / 2 { Decoded::Broken } else { Decoded::Payload(length) }
    }

    /// Whether it was the end of a message, too.
    fn end_of_frame(&mut self) -> bool {
        let is_control = self.is_control();
        let is_last = self.header[0] & 0x80 != 0;
        if !is_control {
            self.is_continued = !is_last;
        }
        self.filled = 0;
        self.payload = None;
        !is_control && is_last
    }
}

enum Decoded {
    /// More of it has to come.
    Partial,
    /// It breaks the rules.
    Broken,
    /// It is whole, and announces this many bytes.
    Payload(u64),
}

/// How long a client may be waited for in the middle of a message. Time in which nobody reads does not count: it is
/// not the client who is slow then.
struct Patience {
    within: Duration,
    waited: Duration,
    since: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    const fn new(within: Duration) -> Self {
        Self { within, waited: Duration::ZERO, since: None, alarm: None }
    }

    /// Nothing has come: whether it is enough. If not, the task is woken when it will be.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let since = *self.since.get_or_insert_with(Instant::now);
        let end = since + self.within.saturating_sub(self.waited);
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end)));
        if alarm.deadline() != end {
            alarm.as_mut().reset(end);
        }
        alarm.as_mut().poll(context).is_ready()
    }

    /// Something has come.
    fn pause(&mut self) {
        self.waited += self.since.take().map_or(Duration::ZERO, |since| since.elapsed());
    }

    /// The message is complete.
    const fn renew(&mut self) {
        self.waited = Duration::ZERO;
    }
}

#[cfg(test)]
mod tests {
    use googletest::prelude::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const MASK: [u8; 4] = [1, 2, 3, 4];

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).unwrap() | 0x80;
        [&[first, length][..], &MASK, payload].concat()
    }

    /// As the bytes come in one piece, and byte by byte.
    fn broken(bytes: &[u8]) -> (bool, bool) {
        let whole = Headers::default().walk(bytes).broken;
        let mut headers = Headers::default();
        (whole, bytes.iter().any(|byte| headers.walk(&[*byte]).broken))
    }

    #[gtest]
    fn given_headers_that_break_the_rules_when_walked_then_each_is_seen_however_it_is_cut() {
        for (what, bytes) in [
            ("not masked", &[0x82, 0x01, 0x00][..]),
            ("a control frame of 126 bytes", &[0x89, 0xfe, 0, 126, 1, 2, 3, 4]),
            ("a control frame of 2^62 bytes", &[0x8a, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0]),
            ("5 bytes spelt with 16 bits", &[0x82, 0xfe, 0, 5, 1, 2, 3, 4]),
            ("300 bytes spelt with 64 bits", &[0x82, 0xff, 0, 0, 0, 0, 0, 0, 1, 44, 1, 2, 3, 4]),
            ("2^63 bytes", &[0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
        ] {
            let good = frame(0x82, b"good");
            expect_that!(broken(&good), eq((false, false)));
            expect_that!(broken(&[&good[..], bytes].concat()), eq((true, true)), "{what}");
        }
    }

    #[gtest]
    fn given_a_message_in_fragments_when_walked_then_it_ends_with_the_last_and_pings_do_not_count() {
        let mut headers = Headers::default();
        let mut walk = |bytes: &[u8]| {
            let seen = headers.walk(bytes);
            assert_that!(seen.broken, eq(false));
            (seen.ended, headers.is_within_message())
        };
        expect_that!(walk(&frame(0x02, b"one")), eq((false, true)));
        expect_that!(walk(&frame(0x89, b"ping")), eq((false, true)));
        let (last, cut) = (frame(0x80, b"two"), 4);
        expect_that!(walk(&last[..cut]), eq((false, true)));
        expect_that!(walk(&last[cut..]), eq((true, false)));
        expect_that!(walk(&frame(0x89, b"")), eq((false, false)));
        expect_that!(walk(&[frame(0x82, b"x"), vec![0x82]].concat()), eq((true, true)));
    }

    #[gtest]
    #[tokio::test]
    async fn given_a_bad_header_behind_a_good_frame_when_read_then_the_good_frame_still_comes() {
        let (mut client, server) = tokio::io::duplex(1024);
        let good = frame(0x82, b"good");
        client.write_all(&[&good[..], &[0x82, 0x00]].concat()).await.unwrap();
        let mut inspect = Inspect::new(server, limits::MESSAGE_WITHIN);
        let mut read = vec![0; good.len()];
        inspect.read_exact(&mut read).await.unwrap();
        expect_that!(read, eq(&good));
        let error = inspect.read(&mut [0; 8]).await.unwrap_err();
        let refused = error.get_ref().and_then(|inner| inner.downcast_ref::<Refused>());
        expect_that!(refused.map(|refused| refused.0), some(eq(Close::Protocol)));
    }
}
