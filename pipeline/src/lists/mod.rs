//! Lists that a recipe names: of words that mark a text as toxic, and of hosts and addresses that are blocked.
//!
//! [`layout`] says which files a path means and what each is about, [`source`] reads their lines, whatever they are
//! compressed with, [`words`] and [`hosts`] say what a line means. Millions of blocked hosts are kept as hashes
//! ([`host_set`]) and once in a process ([`cache`]).
//!
//! What a line holds is never told, neither in a warning nor in an error: only where it stands.

pub mod cache;
pub mod host_set;
pub mod hosts;
pub mod layout;
pub mod source;
pub mod words;
