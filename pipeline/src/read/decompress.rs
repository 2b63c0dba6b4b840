//! A raw file as a stream of decompressed bytes, whatever it is compressed with.
//!
//! The codec is told by the file's first bytes, never by its name. Memory is flat: one buffer of compressed and one
//! of decompressed bytes, and the codec's own window (bounded for zstd and xz, whose files can ask for any).
//! A damaged or cut-off stream is no failure of the disk: [`StreamError`] keeps the two apart, so that readers can
//! quarantine the one and stop at the other.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::RawFile;
use super::disk::{BUFFER_BYTES, Disk, DiskFailure};
use super::stream::Stream;

/// The largest zstd window, as a power of two: 128 MiB, what `zstd -d` accepts without `--long=31`.
const ZSTD_WINDOW_LOG: u32 = 27;

/// Memory for an xz decoder: four times what `xz -9` needs (65 MiB).
const XZ_MEMORY_BYTES: u64 = 256 << 20;

/// Why a stream of decompressed bytes ended early.
#[derive(Debug)]
pub(super) enum StreamError {
    /// The disk failed.
    Disk(io::Error),
    /// What is compressed is cut off or damaged.
    Damaged {
        /// How many decompressed bytes came before.
        at: u64,
        /// What the codec said.
        message: String,
    },
}

impl StreamError {
    /// Sorts an error of a codec into the disk's and its own.
    pub(super) fn of(error: io::Error, at: u64) -> Self {
        match DiskFailure::unmark(error) {
            Ok(failure) => Self::Disk(failure),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Self::Damaged {
                at,
                message: "the compressed file ends too early".to_owned(),
            },
            Err(error) => Self::Damaged {
                at,
                message: error.to_string().to_lowercase(),
            },
        }
    }
}

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    /// Not at all.
    Plain,
    /// Gzip (RFC 1952), one member or several.
    Gzip,
    /// Zstandard (RFC 8878), one frame or several.
    Zstd,
    /// Bzip2, one stream or several.
    Bzip2,
    /// The .xz format, one stream or several.
    Xz,
}

impl Codec {
    /// The codec of a file that begins with `bytes`.
    pub(super) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            // A skippable frame may stand first: pzstd and seekable zstd write one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            _ => Self::Plain,
        }
    }
}

/// A stream over any codec.
pub(super) type AnyStream = Stream<Box<dyn BufRead>>;

/// Opens `file` as a stream of decompressed bytes.
///
/// # Errors
/// When the file cannot be opened or its first bytes cannot be read.
pub(super) fn open(file: &RawFile) -> io::Result<AnyStream> {
    let mut disk = Disk::open(file)?;
    let codec = Codec::of(disk.fill_buf()?);
    Ok(Stream::new(decoder(disk, codec)?))
}

fn decoder(disk: Disk, codec: Codec) -> io::Result<Box<dyn BufRead>> {
    fn buffered(decoder: impl Read + 'static) -> Box<dyn BufRead> {
        Box::new(BufReader::with_capacity(BUFFER_BYTES, decoder))
    }
    Ok(match codec {
        Codec::Plain => Box::new(disk),
        Codec::Gzip => buffered(MultiGzDecoder::new(disk)),
        Codec::Zstd => {
            let mut decoder = zstd::Decoder::with_buffer(disk)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            buffered(decoder)
        }
        Codec::Bzip2 => buffered(bzip2::bufread::MultiBzDecoder::new(disk)),
        Codec::Xz => {
            let concatenated = liblzma::stream::CONCATENATED;
            let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY_BYTES, concatenated)?;
            buffered(liblzma::bufread::XzDecoder::new_stream(disk, stream))
        }
    })
}

#[cfg(test)]
mod tests {

    use std::fs::File;
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;
    use crate::read::basket::{compressed, raw_file, write_file};
    use crate::read::stream::Whole;

    const CODECS: [Codec; 5] = [Codec::Plain, Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz];

    fn read(bytes: &[u8]) -> Result<Vec<u8>, StreamError> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = write_file(folder.path(), "file", bytes);
        let mut stream = open(&raw_file(&path)).expect("opens");
        match stream.whole(1 << 30)? {
            Whole::Bytes(bytes) => Ok(bytes),
            Whole::TooLarge => Ok(Vec::new()),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn every_codec_gives_back_all_members(
            parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 1..4),
        ) {
            for codec in CODECS {
                let mut file = Vec::new();
                for part in &parts {
                    file.extend(compressed(part, codec));
                }
                // Plain random bytes may look compressed: say that they do not.
                if codec == Codec::Plain && Codec::of(&file) != Codec::Plain {
                    continue;
                }
                prop_assert_eq!(read(&file).expect("reads"), parts.concat());
            }
        }
    }

    #[test]
    fn a_cut_off_stream_is_damage_and_not_the_disks_fault() {
        let text = "some text that is cut off, ".repeat(5000);
        for codec in [Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz] {
            let mut file = compressed(text.as_bytes(), codec);
            file.truncate(file.len() - 10);
            let error = read(&file).expect_err("is cut off");
            assert!(
                matches!(error, StreamError::Damaged { .. }),
                "{codec:?}: {error:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_the_disks_fault() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().to_str().expect("a name").to_owned();
        let failed = open(&raw_file(&path)).is_err();
        assert!(failed, "a folder is no file");
    }

    #[test]
    fn positions_count_decompressed_bytes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("lines.gz");
        let mut file = File::create(&path).expect("creates");
        file.write_all(&compressed(b"one\ntwo\n", Codec::Gzip))
            .expect("writes");
        let mut stream = open(&raw_file(path.to_str().expect("a name"))).expect("opens");
        let mut line = Vec::new();
        stream.line(&mut line, 100).expect("reads");
        assert_eq!((line.as_slice(), stream.position()), (b"one\n".as_slice(), 4));
    }
}
