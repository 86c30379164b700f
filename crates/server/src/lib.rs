//! The shell: use cases, workers, HTTP API, pages, clock, ids, configuration.
