//! What became of what was said: nobody who heard nothing is taken for silent, and what is not taken finds another way.

use super::rules::{Mode, Place, REFUSED, Reminders, UnderWay};
use crate::Result;
use crate::outbox::{self, Fate, Trouble};
use crate::store::Connection;
/// What was learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Learnt {
    /// Whether anything was.
    pub any: bool,
    /// Whether the study channel took a message, or why not; none if nothing went there.
    pub channel: Option<Option<Trouble>>,
}

/// Learns what became of what was under way.
pub async fn learn(db: &mut Connection, kept: &mut Reminders, has_channel: bool) -> Result<Learnt> {
    let mut learnt = Learnt::default();
    for said in std::mem::take(&mut kept.under_way) {
        // What is not known any more was long ago.
        let Some(fate) = outbox::fate(db, &said.key).await? else { continue };
        if fate == Fate::Open {
            kept.under_way.push(said);
            continue;
        }
        learnt.any = true;
        match fate {
            Fate::Arrived if !said.direct => learnt.channel = Some(None),
            Fate::ArrivedOtherwise(trouble) | Fate::Lost(trouble) if !said.direct && trouble.is_the_places() => {
                learnt.channel = Some(Some(trouble));
            }
            _ => {}
        }
        kept.hear(&said, fate, has_channel);
    }
    Ok(learnt)
}

impl Reminders {
    /// Draws the consequences of what became of a message.
    pub(super) fn hear(&mut self, said: &UnderWay, fate: Fate, has_channel: bool) {
        match fate {
            Fate::Open => {}
            Fate::Arrived => {
                (self.refused, self.nowhere) = (0, false);
                // The channel takes messages (again).
                self.detour = self.detour && said.direct;
            }
            Fate::ArrivedOtherwise(_) if said.direct => {
                self.refused += 1;
                if self.refused >= REFUSED && has_channel {
                    (self.place, self.refused) = (Place::Channel, 0);
                }
            }
            Fate::ArrivedOtherwise(_) => (self.detour, self.nowhere) = (true, false),
            Fate::Lost(trouble) => {
                self.uncount(said.day);
                if !trouble.is_the_places() {
                    return;
                }
                if !said.direct {
                    // It is tried again each time, for a moderator may mend it.
                    (self.detour, self.nowhere, self.told) = (true, true, self.told && self.nowhere);
                    return;
                }
                self.refused += 1;
                if self.refused >= REFUSED {
                    (self.mode, self.refused, self.told) = (Mode::Unreachable, 0, false);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;

    const GONE: Fate = Fate::Lost(Trouble::Gone);
    const CLOSED: Fate = Fate::ArrivedOtherwise(Trouble::NotAllowed(50_013));

    fn said(direct: bool) -> UnderWay {
        UnderWay { key: "k".into(), day: Date::constant(2026, 11, 16), direct }
    }

    fn after(place: Place, direct: bool, fates: &[Fate]) -> Reminders {
        let mut kept = Reminders::default();
        (kept.place, kept.mode) = (place, Mode::On);
        fates.iter().for_each(|fate| kept.hear(&said(direct), *fate, true));
        kept
    }

    #[test]
    fn three_that_nobody_takes_are_enough() {
        let no = Fate::Lost(Trouble::TakesNoMessages);
        for (fates, mode) in [
            (&[no, no][..], Mode::On),
            (&[no, no, no], Mode::Unreachable),
            (&[no, GONE, no], Mode::Unreachable),
            (&[no, no, Fate::Arrived, no], Mode::On),
            // That Discord was down says nothing about the person.
            (&[Fate::Lost(Trouble::Failing(503)); 9], Mode::On),
            (&[Fate::Lost(Trouble::TooLate); 9], Mode::On),
        ] {
            assert_eq!(after(Place::Direct, true, fates).mode, mode, "{fates:?}");
        }
    }

    #[test]
    fn what_is_not_taken_finds_another_way() {
        let refused = Fate::ArrivedOtherwise(Trouble::TakesNoMessages);
        assert_eq!(after(Place::DirectElseChannel, true, &[refused; 3]).place, Place::Channel);
        assert_eq!(after(Place::DirectElseChannel, true, &[refused; 2]).place, Place::DirectElseChannel);
        let detour = after(Place::Channel, false, &[CLOSED; 9]);
        assert_eq!((detour.place, detour.mode, detour.detour), (Place::Channel, Mode::On, true));
        assert!(!after(Place::Channel, false, &[CLOSED, Fate::Arrived]).detour);
        // Neither way: they go on trying, and the person is told when they act.
        let nowhere = after(Place::Channel, false, &[GONE; 9]);
        assert!(nowhere.mode == Mode::On && nowhere.is_untold());
        assert!(!after(Place::Channel, false, &[GONE, Fate::Arrived]).is_untold());
    }
}
