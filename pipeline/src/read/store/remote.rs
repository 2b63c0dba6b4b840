//! An object as a reader reads it: buffered bytes with a position.
//!
//! Memory: the block that is read and the one behind it, which is fetched meanwhile: 16 MiB. The first block after
//! opening or a jump is small, since many who open a file want its beginning only.

use std::io;
use std::sync::Arc;

use super::error::StoreError;
use super::flow::Flow;
use super::object::Object;
use super::runtime::{self, Pending};

/// Bytes of a request. A store takes some 50 ms to begin an answer, in which a fast line brings this much.
const BLOCK_BYTES: usize = 8 << 20;

/// Bytes of the first request.
const FIRST_BLOCK_BYTES: usize = 1 << 20;

/// A reader of an object.
#[derive(Debug)]
pub(crate) struct Remote {
    object: Arc<Object>,
    /// Where reading ends; the object's end if that comes first.
    end: u64,
    block: Vec<u8>,
    /// Where the block begins in the object, and how much of it was taken.
    start: u64,
    taken: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    /// The next block can be asked for, of this many bytes.
    Idle(Flow, usize),
    /// The next block is on its way.
    Running(Pending<(Flow, Result<Vec<u8>, StoreError>)>),
    /// There is no more.
    Ended,
    /// The store failed, with these words.
    Failed(io::ErrorKind, String),
}

impl Remote {
    /// Reads `object` from `start` to `end`, or to the object's end.
    pub(crate) fn new(object: Arc<Object>, start: u64, end: u64) -> Self {
        let flow = Flow::new(Arc::clone(&object), start);
        Self {
            object,
            end,
            block: Vec::new(),
            start,
            taken: 0,
            state: State::Idle(flow, FIRST_BLOCK_BYTES),
        }
    }

    /// The object's size.
    pub(crate) fn length(&self) -> Result<u64, StoreError> {
        self.object.length()
    }

    /// The next bytes, at least one; none at the end.
    pub(crate) fn fill(&mut self) -> io::Result<&[u8]> {
        if self.taken == self.block.len() {
            self.next_block()?;
        }
        Ok(&self.block[self.taken..])
    }

    /// Takes `amount` of the bytes that [`Remote::fill`] gave. From now on, somebody reads: the next block is asked
    /// for.
    pub(crate) fn consume(&mut self, amount: usize) {
        self.taken = (self.taken + amount).min(self.block.len());
        if amount > 0 {
            self.run_ahead();
        }
    }

    /// Goes to `position`.
    pub(crate) fn seek_to(&mut self, position: u64) {
        let way = position
            .checked_sub(self.start)
            .and_then(|way| usize::try_from(way).ok());
        match way {
            Some(way) if way <= self.block.len() => self.taken = way,
            _ => *self = Self::new(Arc::clone(&self.object), position, self.end),
        }
    }

    /// Starts to fetch the block behind this one.
    fn run_ahead(&mut self) {
        let next = self.start + self.block.len() as u64;
        let left = usize::try_from(self.end.saturating_sub(next)).unwrap_or(usize::MAX);
        if !matches!(self.state, State::Idle(..)) {
            return;
        }
        self.state = match std::mem::replace(&mut self.state, State::Ended) {
            State::Idle(..) if left == 0 => State::Ended,
            State::Idle(mut flow, length) => {
                let started = runtime::start(async move {
                    let block = flow.block(length.min(left)).await;
                    (flow, block)
                });
                match started {
                    Ok(pending) => State::Running(pending),
                    Err(error) => failed(error),
                }
            }
            other => other,
        };
    }

    fn next_block(&mut self) -> io::Result<()> {
        self.run_ahead();
        self.start += self.block.len() as u64;
        self.taken = 0;
        self.block.clear();
        let pending = match std::mem::replace(&mut self.state, State::Ended) {
            State::Running(pending) => pending,
            State::Failed(kind, words) => {
                self.state = State::Failed(kind, words.clone());
                return Err(io::Error::new(kind, words));
            }
            State::Idle(..) | State::Ended => return Ok(()),
        };
        let outcome = pending.wait().and_then(|(flow, block)| Ok((flow, block?)));
        match outcome {
            Ok((flow, block)) => {
                if !block.is_empty() {
                    self.state = State::Idle(flow, BLOCK_BYTES);
                }
                self.block = block;
                Ok(())
            }
            Err(error) => {
                self.state = failed(error);
                self.next_block()
            }
        }
    }
}

fn failed(error: StoreError) -> State {
    let error = error.into_io();
    State::Failed(error.kind(), error.to_string())
}
