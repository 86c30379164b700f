//! Protected text that cannot leave by accident.

use std::fmt;

/// Text that gives a source away. It has no `Display` and no `Serialize`, and its `Debug` shows only a length, so
/// it reaches no log, error, page or message unless somebody calls [`Restricted::open`], which is easy to search for.
#[derive(Clone, PartialEq, Eq)]
pub struct Restricted<T>(T);

impl<T> Restricted<T> {
    /// Puts text behind the bar.
    pub const fn new(inner: T) -> Self {
        Self(inner)
    }

    /// The text itself. Every caller that shows it to a person must have recorded the look first.
    pub const fn open(&self) -> &T {
        &self.0
    }
}

impl<T: AsRef<str>> fmt::Debug for Restricted<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Restricted({} bytes)", self.0.as_ref().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_content() {
        let shown = format!("{:?}", Restricted::new("the cook at the embassy"));
        assert_eq!(shown, "Restricted(23 bytes)");
    }
}
