//! A report against the register: who is named or stands in the place, who protects them, by which route. Pure.
