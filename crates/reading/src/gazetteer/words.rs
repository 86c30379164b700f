//! Small lists of words that tell a place from what merely looks like one. In lower case and folded.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words, looked up by hash.
pub(super) type List = LazyLock<HashSet<&'static str>>;

/// Names that are everyday words, months, given names or surnames: they need a preposition before them.
pub(super) static COMMON: List = LazyLock::new(|| {
    set(
        " a ada adler ala along an ant apt arab are arenas as ask asan at au bar basic basin batman battle bay best black \
 blue bo boo border born boss bright bro bury bush but by caller can canaries capital carter cash center central centre chad chop city clay \
 clinton college commerce converse cork council crew crown date de deal delta diamond district donald downside east egg em empire en enemy \
 engineer enterprise essen est eye fair far ford force fort fox franklin free friendly fully gap gas george georgia golden good google got grace \
 grand grants grant great green guard gun guns ha hal hale halfway ham hamm han harm henry hill hit ho hole home hook hope hub hull ideal ii \
 imperial in independence industry ira is islam islamic it jackson john jordan judge justice justin kennedy kent kind king kom la lac lake lance \
 landing last lau law leader legacy leon lewis li liberal liberty lincoln little live long lop love ma made madison magna major male man manage march \
 margate mark marks marshall martin mary mason mass massa may me media men mercy metro mill mim mine mission mobile monday moss most much mus \
 name nan national ne nelson new nice nine no none nord normal north nov of oliva ono opportunity or oran orange order over ox page pan \
 paradise park path peer pen per pest pio pioneer plain plan plant plot pole police poll pool pop port post power prince price progress real \
 reading ready republic reserve rest rich ridge rock roman rome ron rose royal rugby rush ry sa saint sake sale salt sandy san say school se see \
 send ship show shot side silly singleton so sol south split spoken spring spy st star state story sublime success summit sun surprise tea the \
 ties time to tokio tom tome top trail trim troy trump truth tune turn un union universal university utah van vera vi vic vice victor victoria \
 village vista wa wake wall war ware wells welcome west why will williams wilson wood worth ye yes york young zion ali ahmed ahmad abbas \
 hassan hussein hossein hasan reza omar osman khan karim mohammad muhammad mahmud ibrahim ismail salami soleimani mehdi amir hamid said saleh \
 putin biden obama blair israel florence charlotte sydney austin houston dallas diana carmen dolores mercedes santiago santos silva lopez \
 garcia fowler gambrell alterman quds hamas qods mossad taliban ",
    )
});

/// Names that are months, days or directions: they need another place named right after them, or "province" and the like.
pub(super) static NEVER_ALONE: List = LazyLock::new(|| {
    set(" january february march april may june july august september october november december \
 monday tuesday wednesday thursday friday saturday sunday northern southern eastern western central north south east west \
 northeast northwest southeast southwest capital national islamic republic nord est sud ouest norte sur este oeste ")
});

/// Words after which a place is likely to be named.
pub(super) static BEFORE: List = LazyLock::new(|| {
    set(" in at near to from outside inside around across toward towards into over through via of within throughout \
 on à au aux en dans près vers depuis chez a hacia desde cerca nach aus bei von um в во из под на около у к от до في من الى إلى نحو قرب على \
 در از به نزدیک میں سے کو ")
});

/// Words after a name that say what sort of place it is.
pub(super) static AREA_AFTER: List =
    LazyLock::new(|| set(" province state region governorate oblast county district prefecture canton "));
/// The same for cities, and what stands in them.
pub(super) static PLACE_AFTER: List = LazyLock::new(|| {
    set(
        " city town airport airfield international strip port harbour harbor cathedral metro area suburb capital embassy \
 neighbourhood neighborhood ",
    )
});

/// Words after a name that make it the name of a body instead.
pub(super) static BODY_AFTER: List = LazyLock::new(|| {
    set(
        " post times journal herald tribune examiner observer gazette university college institute hospital school street \
 road avenue boulevard square united fc club bank airlines air group inc ltd corporation company foundation protocol accord accords conference \
 declaration treaty ",
    )
});

/// The same for the press, whatever the size of the city.
pub(super) static PRESS_AFTER: List = LazyLock::new(|| set(" post times journal herald tribune "));

/// Titles after which a person is named.
pub(super) static TITLES: List = LazyLock::new(|| {
    set(" mr mrs ms miss dr prof professor gen general lt col colonel maj major capt captain sgt sergeant adm admiral \
 cmdr commander president minister senator sen rep governor gov mayor judge sheikh imam ayatollah mullah king queen prince princess sir lord lady \
 pope bishop archbishop rabbi saint st reporter writer analyst journalist director ambassador envoy spokesman spokeswoman ")
});

/// Words that begin a sentence or a title with a capital and are no part of a name.
pub(super) static FUNCTION: List = LazyLock::new(|| {
    set(" the a an in at on after before from near following since while despite when where but and as both if by for \
 with without during until though although because however then than that this these those there here to of into over under between against \
 about around all some many most northern southern eastern western central north south east west southeastern northeastern southwestern \
 northwestern greater downtown old new inner outer is was are were will warned warns says said islamic republic ")
});

/// Whether a list holds a word.
pub(super) fn holds(list: &List, word: &str) -> bool {
    list.contains(word)
}

fn set(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}
