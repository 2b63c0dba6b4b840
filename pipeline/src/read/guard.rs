//! The border to libraries that promise no panic and are given hostile input.
//!
//! A page or a file that trips an assertion inside a library is one bad record, not the end of a run over a
//! million. What unwinds out of the library is caught here; its state is thrown away with it.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `work` returns, or the message of its panic.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let message = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied());
        message.unwrap_or("no message").to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_message() {
        assert_eq!(guarded(|| 1), Ok(1));
        let empty: Vec<u8> = Vec::new();
        let message = guarded(|| empty[1]).expect_err("is out of bounds");
        assert!(message.contains("out of bounds"), "{message}");
    }
}
