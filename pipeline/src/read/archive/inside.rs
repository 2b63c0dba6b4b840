//! What a reader finds in an entry of an archive, given to the archive's harvest.

use std::io::Cursor;

use super::member::Member;
use crate::read::ReadError;
use crate::read::code::license::Licenses;
use crate::read::decompress::{self, Codec};
use crate::read::stream::Stream;
use crate::stage::{Harvest, Place, RawDocument};

/// The harvest of one entry. Places become those of the entry; records of an entry that holds many keep their numbers
/// in it.
pub(super) struct Inside<'a> {
    /// That of the archive.
    pub(super) harvest: &'a mut dyn Harvest,
    /// What the archive's folders say.
    pub(super) licenses: &'a Licenses,
    /// The entry.
    pub(super) member: &'a Member,
    /// Its path in the archive.
    pub(super) path: &'a str,
    /// Whether it is one document.
    pub(super) is_one: bool,
    /// The bytes that it takes in the archive.
    pub(super) length: u64,
}

impl Inside<'_> {
    fn place(&self, place: Place) -> Place {
        if self.is_one {
            return self.member.place;
        }
        Place {
            offset: self.member.place.offset,
            record: place.record,
        }
    }
}

impl Harvest for Inside<'_> {
    fn document(&mut self, mut document: RawDocument) -> Result<(), ReadError> {
        if document.license.is_none() {
            document.license = self.licenses.of(self.path);
        }
        if self.is_one {
            document.key = Some(self.path.to_owned());
        }
        document.place = self.place(document.place);
        document.length = Some(self.length);
        self.harvest.document(document)
    }

    fn quarantine(&mut self, place: Place, reason: String) -> Result<(), ReadError> {
        let place = self.place(place);
        self.harvest.quarantine(place, self.member.told(&reason))
    }

    fn skip(&mut self, reason: &'static str) {
        self.harvest.skip(reason);
    }
}

/// What is packed in `bytes`, up to `limit` bytes, and why that is not all, if it is not.
pub(super) fn unpacked(bytes: Vec<u8>, limit: u64) -> (Vec<u8>, Option<String>) {
    let codec = Codec::of(&bytes);
    let mut stream = match decompress::decoder(Cursor::new(bytes), codec) {
        Ok(decoder) => Stream::new(decoder),
        Err(error) => return (Vec::new(), Some(error.to_string())),
    };
    let mut content = Vec::new();
    loop {
        let more = match stream.fill() {
            Ok([]) => return (content, None),
            Ok(more) => more,
            Err(error) => return (content, Some(error.to_string())),
        };
        if (content.len() + more.len()) as u64 > limit {
            let reason = format!("it unpacks to more than {limit} bytes; what lies behind is not read");
            return (content, Some(reason));
        }
        content.extend_from_slice(more);
        let amount = more.len();
        stream.advance(amount);
    }
}
