//! The Store trait and its SQLite twin: entries, rows and effects in one transaction.
