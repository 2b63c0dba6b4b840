//! The bytes of an object in order, block by block, across failures.
//!
//! A block is asked for as a range. What fails in the middle of it is asked for again from the byte where it
//! stopped, as long as bytes come: [`Patience::retries`] counts tries that brought next to nothing. A server
//! without ranges sends the file from its start; it is read as one stream, and gone on with after a failure by
//! passing over what was read already, if the server says that it is still the same version.

use std::fmt;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use futures::StreamExt;
use futures::stream::BoxStream;

use super::environment::Patience;
use super::error::{Kind, StoreError};
use super::object::Object;
use crate::read::seen::Seen;

/// A try that brought this many bytes was a good one.
const GOOD_TRY_BYTES: u64 = 64 * 1024;

/// What a store answers to a request for bytes.
pub(super) struct Answer {
    /// Where in the object its bytes begin.
    pub(super) begins: u64,
    /// Whether it is all of the object in place of what was asked for.
    pub(super) is_whole: bool,
    /// What it says of the object.
    pub(super) seen: Seen,
    /// The bytes.
    pub(super) bytes: BoxStream<'static, Result<Bytes, StoreError>>,
}

/// An answer that is being read.
struct Body {
    bytes: BoxStream<'static, Result<Bytes, StoreError>>,
    /// What was received and not given out yet.
    rest: Bytes,
    /// Where the first byte of `rest` lies in the object.
    position: u64,
    is_whole: bool,
}

/// A place in an object, from which its bytes are taken in order.
pub(super) struct Flow {
    object: Arc<Object>,
    next: u64,
    body: Option<Body>,
}

impl fmt::Debug for Flow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Flow({:?} at {})", self.object, self.next)
    }
}

impl Flow {
    /// Stands at byte `next` of `object`.
    pub(super) fn new(object: Arc<Object>, next: u64) -> Self {
        Self {
            object,
            next,
            body: None,
        }
    }

    /// Goes to byte `next`. The answer of a server without ranges is gone on with where it can be.
    pub(super) fn go_to(&mut self, next: u64) {
        self.body.take_if(|body| !body.is_whole || next < body.position);
        self.next = next;
    }

    /// The next `length` bytes; fewer where the object ends.
    pub(super) async fn block(&mut self, length: usize) -> Result<Vec<u8>, StoreError> {
        let patience = self.object.patience();
        let mut block = Vec::with_capacity(length);
        let mut tries = 0;
        loop {
            let begun = self.next;
            let Err(error) = self.fill(&mut block, length).await else {
                return Ok(block);
            };
            self.body = None;
            let is_good_try = self.next - begun >= GOOD_TRY_BYTES;
            if is_good_try {
                tries = 0;
            }
            if error.kind != Kind::Transient || (tries >= patience.retries && !is_good_try) {
                let tried = match tries {
                    0 => String::new(),
                    1 => " after another try".to_owned(),
                    _ => format!(" after {tries} more tries"),
                };
                return Err(error.at(&format!("at byte {}{tried}", self.next)));
            }
            tries += 1;
            tracing::debug!(object = ?self.object, at = self.next, %error, "asking again");
            tokio::time::sleep(Patience::pause(tries)).await;
        }
    }

    /// Goes on filling `block` up to `length` bytes, or to the object's end.
    async fn fill(&mut self, block: &mut Vec<u8>, length: usize) -> Result<(), StoreError> {
        while block.len() < length {
            let end = self.object.expected()?.bytes;
            if end.is_some_and(|end| self.next >= end) {
                self.body = None;
                return Ok(());
            }
            let wanted = length - block.len();
            let Some(body) = &mut self.body else {
                self.open(wanted, end).await?;
                continue;
            };
            if body.rest.is_empty() {
                match body.bytes.next().await {
                    Some(bytes) => body.rest = bytes?,
                    None => self.ended()?,
                }
                continue;
            }
            let passed_over = usize::try_from(self.next - body.position).unwrap_or(usize::MAX);
            let passed_over = passed_over.min(body.rest.len());
            body.rest.advance(passed_over);
            let taken = body.rest.split_to(body.rest.len().min(wanted));
            body.position += (passed_over + taken.len()) as u64;
            self.next += taken.len() as u64;
            block.extend_from_slice(&taken);
        }
        // An answer to a range has been read to its end.
        self.body.take_if(|body| !body.is_whole);
        Ok(())
    }

    /// Asks for `wanted` bytes from where it stands.
    async fn open(&mut self, wanted: usize, end: Option<u64>) -> Result<(), StoreError> {
        let wanted_end = self.next.saturating_add(wanted as u64);
        let range = self.next..end.map_or(wanted_end, |end| wanted_end.min(end));
        let before = self.object.expected()?;
        let answer = self.object.ask(range).await?;
        self.object.meet(&answer.seen)?;
        if answer.is_whole {
            self.object.lacks_ranges();
        }
        let is_known_version = before.tag.is_some() || before.changed.is_some();
        if self.object.begin() && answer.is_whole && self.next > 0 && !is_known_version {
            return Err(StoreError::usage(
                "the server has neither ranges nor a version of the file, so that nobody can go on in the middle \
                 of it; run again, or fetch it first and name the local copy",
            ));
        }
        self.body = Some(Body {
            bytes: answer.bytes,
            rest: Bytes::new(),
            position: answer.begins,
            is_whole: answer.is_whole,
        });
        Ok(())
    }

    /// The server has sent all that it wants to send.
    fn ended(&mut self) -> Result<(), StoreError> {
        let Some(body) = self.body.take() else {
            return Ok(());
        };
        match self.object.expected()?.bytes {
            Some(end) if self.next < end => Err(StoreError::new(
                Kind::Transient,
                format!(
                    "the connection ended, and {} bytes were still to come",
                    end - self.next
                ),
            )),
            Some(_) => Ok(()),
            None if body.is_whole => self.object.ends_at(body.position),
            None => Err(StoreError::usage(
                "the server sends a part and does not say of how many bytes",
            )),
        }
    }
}
