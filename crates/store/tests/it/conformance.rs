//! The conformance suite, run on each twin of the store.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use crate::support::Place;
use store::Store;

async fn sqlite() -> (Arc<dyn Store>, Place) {
    let place = Place::new();
    (Arc::new(place.open().await), place)
}

conformance! {
    sqlite;
    commits:
        a_commit_is_kept_whole, a_stale_version_is_refused, a_failing_second_write_leaves_nothing,
        two_writes_to_one_stream_follow_each_other, senseless_writes_are_refused, an_answer_is_remembered_once,
        answers_are_forgotten, many_at_once_all_land, times_are_kept_to_the_microsecond;
    lines:
        lines_go_in_and_out_with_their_entries, a_refused_commit_leaves_the_lines, lines_fall_due,
        many_lines_go_in_at_once, an_erasure_takes_the_lines;
    lists:
        rows_come_by_time_left, rows_come_newest_first, paging_is_stable_under_inserts, filters_narrow,
        a_search_takes_letters_as_they_are, due_rows_and_the_next_clock, shared_features_link,
        common_features_link_nothing, a_cursor_of_another_order_is_refused;
    effects:
        an_effect_is_claimed_once, four_workers_claim_each_effect_once, a_lost_lease_is_refused,
        an_effect_is_released_and_dropped, dead_hands_hold_nothing, the_same_key_is_one_effect, work_that_is_held_may_start;
    log:
        entries_come_back, an_export_verifies, an_erased_stream_keeps_its_proof, an_erasure_waits_for_effects,
        a_witness_is_contained, an_empty_record_is_whole;
    sign_ins:
        sessions_live_until_they_end, credentials_are_set_and_removed, failed_sign_ins_are_counted;
}
