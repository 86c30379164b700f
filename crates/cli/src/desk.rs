//! Everything that needs a data directory: making one, serving it, the demonstration, and operating from the terminal.
//!
//! `local` opens a data directory and says who acts; every other module is one command or one group of them.

pub mod account;
pub mod demo;
pub mod determination;
pub mod init;
pub mod local;
pub mod mail;
pub mod marks;
pub mod password;
pub mod policy;
pub mod record;
pub mod register;
pub mod report;
pub mod roster;
pub mod running;
pub mod serve;
pub mod stats;
pub mod threat;
