//! Tearline, leak check, templates and renderings of a warning. Pure.
