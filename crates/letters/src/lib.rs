//! Letters and task sheets as PDF, made by typst in a limited worker process.
