//! An object as a reader reads it: buffered bytes with a position.
//!
//! What a request brought is held for a while, so that a reader that looks a little ahead and comes back asks for
//! nothing twice. A short way ahead is fetched and passed over; a long one is jumped, and of what lies there little is
//! asked for, then more. The block behind the one that is read is fetched meanwhile, once a good part of that was
//! taken: not for a reader that hops from header to header, nor behind the part of the object that it reads.
//!
//! Memory: 17 MiB of blocks that are held, and one of 8 MiB on its way.

use std::io;
use std::sync::Arc;

use super::error::StoreError;
use super::flow::Flow;
use super::object::Object;
use super::runtime::{self, Pending};

/// Bytes of a request. A store takes some 50 ms to begin an answer, in which a fast line brings this much.
const BLOCK_BYTES: usize = 8 << 20;

/// Bytes of the first request: many who open a file want its beginning only.
const FIRST_BLOCK_BYTES: usize = 1 << 20;

/// Bytes of the first request behind a jump: a header and a small record.
const JUMP_BLOCK_BYTES: usize = 64 << 10;

/// Bytes of a request of somebody who looks for something here and there.
const LOOK_BLOCK_BYTES: usize = 256 << 10;

/// So many times longer is the next request of a reader that goes on where the last one ended.
const GROWTH: usize = 16;

/// The longest way that is fetched and passed over: it takes less time than another request.
const SHORT_WAY_BYTES: u64 = 1 << 20;

/// Blocks that are held: two, for a record that lies in both, and a look elsewhere.
const HELD_BYTES: usize = 2 * BLOCK_BYTES + FIRST_BLOCK_BYTES;

/// One in so many bytes of a block have to be taken before the next one is fetched ahead.
const TAKEN_OF_BLOCK: usize = 4;

/// A reader of a part sees by so many bytes behind it that it is over.
const BEHIND_PART_BYTES: u64 = 4 << 10;

/// A reader of an object.
#[derive(Debug)]
pub(crate) struct Remote {
    object: Arc<Object>,
    /// Where the next byte lies.
    position: u64,
    /// Where reading ends; the object's end if that comes first.
    end: u64,
    /// Where the object turned out to end.
    found_end: Option<u64>,
    /// Up to where the reader is expected to read: nothing behind it is fetched ahead.
    expected_end: u64,
    /// Bytes of the first request and, at most, of others.
    first: usize,
    largest: usize,
    /// What is held, the block that was used last at the end.
    held: Vec<Block>,
    state: State,
}

/// What a request brought.
#[derive(Debug)]
struct Block {
    start: u64,
    bytes: Vec<u8>,
    /// How many bytes were asked for.
    asked: usize,
    /// How many were taken.
    taken: usize,
}

#[derive(Debug)]
enum State {
    /// A block can be asked for.
    Idle(Flow),
    /// A block is on its way: where it begins, and how many bytes were asked for.
    Running(u64, usize, Pending<(Flow, Result<Vec<u8>, StoreError>)>),
    /// The store failed, with these words.
    Failed(io::ErrorKind, String),
}

impl Block {
    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// The place of `position` in it, if it is there.
    fn place_of(&self, position: u64) -> Option<usize> {
        let place = usize::try_from(position.checked_sub(self.start)?).ok()?;
        (place < self.bytes.len()).then_some(place)
    }
}

impl Remote {
    /// Reads `object` from `start` to `end`, or to the object's end.
    pub(crate) fn new(object: Arc<Object>, start: u64, end: u64) -> Self {
        let flow = Flow::new(Arc::clone(&object), start);
        Self {
            object,
            position: start,
            end,
            found_end: None,
            expected_end: end,
            first: FIRST_BLOCK_BYTES,
            largest: BLOCK_BYTES,
            held: Vec::new(),
            state: State::Idle(flow),
        }
    }

    /// For a reader of the part that ends at `end`, who reads little elsewhere.
    pub(crate) fn of_part(mut self, end: u64) -> Self {
        self.first = JUMP_BLOCK_BYTES;
        self.expected_end = end.saturating_add(BEHIND_PART_BYTES).min(self.end);
        self
    }

    /// For somebody who looks for something here and there.
    pub(crate) fn looking(mut self) -> Self {
        self.first = JUMP_BLOCK_BYTES;
        self.largest = LOOK_BLOCK_BYTES;
        self.expected_end = 0;
        self
    }

    /// The object's size.
    pub(crate) fn length(&self) -> Result<u64, StoreError> {
        self.object.length()
    }

    /// Whether the store gives ranges, as far as its answers showed: the first of them tells.
    pub(crate) fn has_ranges(&self) -> bool {
        self.object.has_ranges()
    }

    /// The next bytes, at least one; none at the end.
    pub(crate) fn fill(&mut self) -> io::Result<&[u8]> {
        let place = loop {
            if self.position >= self.found_end.unwrap_or(self.end) {
                return Ok(&[]);
            }
            match self.find() {
                Some(place) => break place,
                None => self.fetch()?,
            }
        };
        Ok(self.held.last().map_or(&[], |block| &block.bytes[place..]))
    }

    /// Takes `amount` of the bytes that [`Remote::fill`] gave.
    pub(crate) fn consume(&mut self, amount: usize) {
        let Some(block) = self.held.last_mut() else {
            return;
        };
        let Some(place) = block.place_of(self.position) else {
            return;
        };
        let amount = amount.min(block.bytes.len() - place);
        self.position += amount as u64;
        block.taken += amount;
        if block.taken >= block.bytes.len().div_ceil(TAKEN_OF_BLOCK) {
            self.run_ahead();
        }
    }

    /// Goes to `position`.
    pub(crate) fn seek_to(&mut self, position: u64) {
        self.position = position;
    }

    /// Puts the block with the next byte last and returns the byte's place in it, if it is held.
    fn find(&mut self) -> Option<usize> {
        let holds = |block: &Block| block.place_of(self.position).is_some();
        let number = self.held.iter().rposition(holds)?;
        self.held[number..].rotate_left(1);
        self.held.last()?.place_of(self.position)
    }

    /// Starts to fetch the block behind the one that was used last.
    fn run_ahead(&mut self) {
        let Some(block) = self.held.last() else {
            return;
        };
        let (next, length) = (block.end(), self.longer(block.asked));
        let is_wanted = next < self.found_end.unwrap_or(self.end) && next < self.expected_end;
        let is_held = self.held.iter().any(|block| block.place_of(next).is_some());
        if is_wanted && !is_held {
            self.ask(next, length);
        }
    }

    /// The length of the request behind one for `asked` bytes.
    fn longer(&self, asked: usize) -> usize {
        asked.saturating_mul(GROWTH).clamp(JUMP_BLOCK_BYTES, self.largest)
    }

    /// Brings the next byte nearer: waits for what is on its way, or else for what it asks for.
    fn fetch(&mut self) -> io::Result<()> {
        if let State::Idle(_) = self.state {
            let (start, length) = self.next_request();
            self.ask(start, length);
        }
        self.receive()
    }

    /// Where the next request begins, and how long it is: behind a block that ends shortly before the next byte, or
    /// right there.
    fn next_request(&self) -> (u64, usize) {
        let is_near = |block: &&Block| {
            let way = self.position.checked_sub(block.end());
            way.is_some_and(|way| way <= SHORT_WAY_BYTES)
        };
        let before = self.held.iter().filter(is_near).max_by_key(|block| block.end());
        match before {
            Some(block) => (block.end(), self.longer(block.asked)),
            None if self.held.is_empty() => (self.position, self.first),
            None => (self.position, JUMP_BLOCK_BYTES),
        }
    }

    /// Asks for `length` bytes from `start`, fewer where reading ends there, unless something is on its way.
    fn ask(&mut self, start: u64, length: usize) {
        let length = match self.expected_end.checked_sub(start) {
            Some(0) => JUMP_BLOCK_BYTES,
            Some(left) => length.min(usize::try_from(left).unwrap_or(usize::MAX)),
            None => length,
        };
        let left = usize::try_from(self.end.saturating_sub(start)).unwrap_or(usize::MAX);
        let length = length.min(left);
        let nothing = State::Failed(io::ErrorKind::Other, String::new());
        self.state = match std::mem::replace(&mut self.state, nothing) {
            State::Idle(mut flow) => {
                let started = runtime::start(async move {
                    flow.go_to(start);
                    let block = flow.block(length).await;
                    (flow, block)
                });
                match started {
                    Ok(pending) => State::Running(start, length, pending),
                    Err(error) => failed(error),
                }
            }
            other => other,
        };
    }

    /// Waits for what is on its way, and holds it.
    fn receive(&mut self) -> io::Result<()> {
        let nothing = State::Failed(io::ErrorKind::Other, String::new());
        let (start, asked, pending) = match std::mem::replace(&mut self.state, nothing) {
            State::Running(start, asked, pending) => (start, asked, pending),
            State::Failed(kind, words) => {
                self.state = State::Failed(kind, words.clone());
                return Err(io::Error::new(kind, words));
            }
            State::Idle(flow) => {
                self.state = State::Idle(flow);
                return Ok(());
            }
        };
        match pending.wait().and_then(|(flow, block)| Ok((flow, block?))) {
            Ok((flow, bytes)) => {
                self.state = State::Idle(flow);
                if bytes.len() < asked {
                    let end = start + bytes.len() as u64;
                    self.found_end = Some(self.found_end.map_or(end, |found| found.min(end)));
                }
                self.hold(Block {
                    start,
                    bytes,
                    asked,
                    taken: 0,
                });
                Ok(())
            }
            Err(error) => {
                self.state = failed(error);
                self.receive()
            }
        }
    }

    /// Holds `block`, and lets go of those that were not used for the longest time.
    fn hold(&mut self, block: Block) {
        if block.bytes.is_empty() {
            return;
        }
        self.held.push(block);
        let mut held: usize = self.held.iter().map(|block| block.bytes.len()).sum();
        let mut dropped = 0;
        while held > HELD_BYTES && dropped + 1 < self.held.len() {
            held -= self.held[dropped].bytes.len();
            dropped += 1;
        }
        self.held.drain(..dropped);
    }
}

fn failed(error: StoreError) -> State {
    let error = error.into_io();
    State::Failed(error.kind(), error.to_string())
}
