//! Whole commands, run as a user runs them: the real binary, over the dumps in `fixtures/`, in temporary folders.
//!
//! One binary for all tests of this kind, because linking it costs more than running them. `mill.rs` is what all of
//! them stand on.

#[cfg(test)]
mod archives;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod bad_recipe;
#[cfg(test)]
mod books;
#[cfg(test)]
mod classifiers;
#[cfg(test)]
mod clouds;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod house;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod mill;
#[cfg(test)]
mod parts;
#[cfg(test)]
mod personal_data;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod published_facts;
#[cfg(test)]
#[cfg(test)]
mod questions;
#[cfg(test)]
mod remote;
#[cfg(test)]
mod reuse;
#[cfg(test)]
mod s3;
#[cfg(test)]
mod safety;
#[cfg(test)]
mod same_bytes;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod server;
