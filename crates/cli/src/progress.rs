//! Progress on standard error, and only when that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over a number of things.
pub fn bar(total: usize, what: &'static str) -> ProgressBar {
    styled(ProgressBar::new(total as u64), "{msg} {wide_bar} {pos}/{len}", what)
}

/// A bar over bytes.
pub fn byte_bar(total: u64, what: &'static str) -> ProgressBar {
    styled(ProgressBar::new(total), "{msg} {wide_bar} {bytes}/{total_bytes}", what)
}

/// Something that takes a while and cannot say how long.
pub fn spinner(what: &'static str) -> ProgressBar {
    let spinner = styled(ProgressBar::new_spinner(), "{spinner} {msg} ({elapsed})", what);
    spinner.enable_steady_tick(Duration::from_millis(200));
    spinner
}

fn styled(bar: ProgressBar, template: &str, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style).with_message(what)
}
