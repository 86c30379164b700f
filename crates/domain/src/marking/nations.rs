//! Nations as releasability lists write them: three capitals (ISO 3166-1 alpha-3, as GENC and CAPCO use them). The
//! register knows countries by two; the table below ties both.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A nation, or a body of nations that nobody here can take apart: three or four capitals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nation([u8; 4]);

impl Nation {
    /// The United States, to whose citizens NOFORN keeps a text.
    pub const USA: Self = Self(*b"USA ");
    /// The United Kingdom.
    pub const GBR: Self = Self(*b"GBR ");

    /// The nation with these letters: two or three of ISO 3166-1, `UK`, or the four of a body of nations.
    pub fn named(letters: &str) -> Option<Self> {
        let letters = letters.trim();
        if !letters.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        let mut kept = [b' '; 4];
        match letters.len() {
            2 => kept[..3].copy_from_slice(long(&letters.to_ascii_uppercase())?.as_bytes()),
            length @ 3..=4 => kept.get_mut(..length)?.copy_from_slice(letters.to_ascii_uppercase().as_bytes()),
            _ => return None,
        }
        Some(Self(kept))
    }

    /// The nations that one word of a list stands for: itself, or those of a body that is commonly listed.
    pub fn listed(word: &str) -> Option<BTreeSet<Self>> {
        let of = |letters: &[&str]| letters.iter().filter_map(|one| Self::named(one)).collect();
        Some(match word.trim().to_ascii_uppercase().as_str() {
            "FVEY" => of(&["USA", "AUS", "CAN", "GBR", "NZL"]),
            "ACGU" => of(&["USA", "AUS", "CAN", "GBR"]),
            other => BTreeSet::from([Self::named(other)?]),
        })
    }

    /// Its letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default().trim_end()
    }
}

/// The three letters for two.
fn long(short: &str) -> Option<&'static str> {
    let short = if short == "UK" { "GB" } else { short };
    TABLE.split_whitespace().find_map(|row| row.strip_prefix(short))
}

impl fmt::Display for Nation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for Nation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl TryFrom<String> for Nation {
    type Error = String;

    fn try_from(letters: String) -> Result<Self, String> {
        Self::named(&letters).ok_or_else(|| format!("`{letters}` is no nation's letters"))
    }
}

impl From<Nation> for String {
    fn from(nation: Nation) -> Self {
        nation.as_str().to_owned()
    }
}

/// ISO 3166-1: two letters and three of each country.
const TABLE: &str = "
ADAND AEARE AFAFG AGATG AIAIA ALALB AMARM AOAGO AQATA ARARG ASASM ATAUT AUAUS AWABW AXALA AZAZE BABIH BBBRB
BDBGD BEBEL BFBFA BGBGR BHBHR BIBDI BJBEN BLBLM BMBMU BNBRN BOBOL BQBES BRBRA BSBHS BTBTN BVBVT BWBWA BYBLR
BZBLZ CACAN CCCCK CDCOD CFCAF CGCOG CHCHE CICIV CKCOK CLCHL CMCMR CNCHN COCOL CRCRI CUCUB CVCPV CWCUW CXCXR
CYCYP CZCZE DEDEU DJDJI DKDNK DMDMA DODOM DZDZA ECECU EEEST EGEGY EHESH ERERI ESESP ETETH FIFIN FJFJI FKFLK
FMFSM FOFRO FRFRA GAGAB GBGBR GDGRD GEGEO GFGUF GGGGY GHGHA GIGIB GLGRL GMGMB GNGIN GPGLP GQGNQ GRGRC GSSGS
GTGTM GUGUM GWGNB GYGUY HKHKG HMHMD HNHND HRHRV HTHTI HUHUN IDIDN IEIRL ILISR IMIMN ININD IOIOT IQIRQ IRIRN
ISISL ITITA JEJEY JMJAM JOJOR JPJPN KEKEN KGKGZ KHKHM KIKIR KMCOM KNKNA KPPRK KRKOR KWKWT KYCYM KZKAZ LALAO
LBLBN LCLCA LILIE LKLKA LRLBR LSLSO LTLTU LULUX LVLVA LYLBY MAMAR MCMCO MDMDA MEMNE MFMAF MGMDG MHMHL MKMKD
MLMLI MMMMR MNMNG MOMAC MPMNP MQMTQ MRMRT MSMSR MTMLT MUMUS MVMDV MWMWI MXMEX MYMYS MZMOZ NANAM NCNCL NENER
NFNFK NGNGA NINIC NLNLD NONOR NPNPL NRNRU NUNIU NZNZL OMOMN PAPAN PEPER PFPYF PGPNG PHPHL PKPAK PLPOL PMSPM
PNPCN PRPRI PSPSE PTPRT PWPLW PYPRY QAQAT REREU ROROU RSSRB RURUS RWRWA SASAU SBSLB SCSYC SDSDN SESWE SGSGP
SHSHN SISVN SJSJM SKSVK SLSLE SMSMR SNSEN SOSOM SRSUR SSSSD STSTP SVSLV SXSXM SYSYR SZSWZ TCTCA TDTCD TFATF
TGTGO THTHA TJTJK TKTKL TLTLS TMTKM TNTUN TOTON TRTUR TTTTO TVTUV TWTWN TZTZA UAUKR UGUGA UMUMI USUSA UYURY
UZUZB VAVAT VCVCT VEVEN VGVGB VIVIR VNVNM VUVUT WFWLF WSWSM YEYEM YTMYT ZAZAF ZMZMB ZWZWE
";

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn two_letters_and_three_name_one_nation() {
        for (letters, expected) in [("GB", "GBR"), ("uk", "GBR"), ("USA", "USA"), ("ir", "IRN"), ("NATO", "NATO")] {
            assert_eq!(Nation::named(letters).unwrap().as_str(), expected);
        }
        for letters in ["", "G", "QQ", "G8R", "ÄÖÜ", "ABCDE"] {
            assert_eq!(Nation::named(letters), None, "{letters}");
        }
        assert_eq!(Nation::listed("FVEY").unwrap().len(), 5);
        assert!(TABLE.split_whitespace().all(|row| row.len() == 5));
        assert_eq!(TABLE.split_whitespace().count(), 249);
    }
}
