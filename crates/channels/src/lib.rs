//! Channels a warning can leave by, and acknowledgements coming in.
