//! Policy packs: criteria to determination with reasons and deadlines. Pure.
