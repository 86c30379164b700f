//! The statements, each in a file of its own under `sql/`. Placeholders are `$1`, so that most serve both databases.

macro_rules! statements {
    ($($name:ident = $file:literal;)*) => {
        $(pub(crate) const $name: &str = include_str!(concat!("../sql/", $file, ".sql"));)*
    };
}

statements! {
    ENTRY_INSERT = "entry_insert";
    ENTRIES_COUNT = "entries_count";
    ENTRIES_END = "entries_end";
    ENTRIES_FROM = "entries_from";
    ENTRIES_OF_STREAM = "entries_of_stream";
    HASHES_COUNT = "hashes_count";
    HASH_INSERT = "hash_insert";
    HASH_GET = "hash_get";
    HASHES_FROM = "hashes_from";
    CHECKPOINT_INSERT = "checkpoint_insert";
    CHECKPOINT_LATEST = "checkpoint_latest";
    CHECKPOINTS_FROM = "checkpoints_from";
    KEY_LIVE = "key_live";
    KEY_INSERT = "key_insert";
    KEY_ERASE = "key_erase";
    FOLD_VERSION = "fold_version";
    FOLD_INSERT = "fold_insert";
    FOLD_UPDATE = "fold_update";
    FOLD_LOAD = "fold_load";
    FOLDS_DUE_FIRST = "folds_due_first";
    FOLDS_DUE_FIRST_OPEN = "folds_due_first_open";
    FOLDS_NEWEST_FIRST = "folds_newest_first";
    FOLDS_DUE = "folds_due";
    FOLDS_AFTER = "folds_after";
    NEXT_DUE = "next_due";
    FEATURES_CLEAR = "features_clear";
    FEATURE_INSERT = "feature_insert";
    FEATURE_ROWS = "feature_rows";
    LINES_PUT = "lines_put";
    LINES_REMOVE = "lines_remove";
    LINES_CLEAR = "lines_clear";
    LINES_AT = "lines_at";
    LINES_DUE = "lines_due";
    LINES_OF_STREAM = "lines_of_stream";
    LINES_STREAMS = "lines_streams";
    EFFECT_INSERT = "effect_insert";
    EFFECT_CLAIMABLE = "effect_claimable";
    EFFECT_CLAIM = "effect_claim";
    EFFECT_HELD = "effect_held";
    EFFECT_FINISH = "effect_finish";
    EFFECT_RELEASE = "effect_release";
    EFFECT_DROP = "effect_drop";
    EFFECTS_RELEASE_ALL = "effects_release_all";
    EFFECTS_OUTSTANDING = "effects_outstanding";
    EFFECTS_OUTSTANDING_OF = "effects_outstanding_of";
    REMEMBER_INSERT = "remember_insert";
    REMEMBER_COMPLETE = "remember_complete";
    REMEMBER_GET = "remember_get";
    REMEMBER_FORGET = "remember_forget";
    REMEMBER_ERASE = "remember_erase";
    SESSION_CREATE = "session_create";
    SESSION_SAVE = "session_save";
    SESSION_LOAD = "session_load";
    SESSION_DELETE = "session_delete";
    SESSION_FORGET = "session_forget";
    CREDENTIAL_SET = "credential_set";
    CREDENTIAL_GET = "credential_get";
    CREDENTIAL_DELETE = "credential_delete";
    FAILED_SIGN_IN_NOTE = "failed_sign_in_note";
    FAILED_SIGN_INS_COUNT = "failed_sign_ins_count";
    FAILED_SIGN_INS_FORGET = "failed_sign_ins_forget";
}
