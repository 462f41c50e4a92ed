//! `cairn study simulate`: folds the recorded history of many people in time order.

use std::collections::HashMap;

use serde::Serialize;

use super::events::{self, Broken, Event, What};
use super::ledger::View;
use super::outage::Outages;
use super::refusal::Refusal;
use super::state::{Act, StudyState};

/// The output of one `as_of`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Printed {
    /// The instant, as written.
    pub at: String,
    /// The person.
    pub person: String,
    /// The ledger.
    #[serde(flatten)]
    pub view: View,
    /// The person's refused lines so far, by number, in time order.
    pub refused: Vec<usize>,
}

/// What is known about one name in a history.
#[derive(Default)]
struct Known {
    /// The state of the person, after joining.
    person: Option<StudyState>,
    refused: Vec<usize>,
}

/// The state of a history after some of its events.
struct Simulation {
    people: HashMap<String, Known>,
    outages: Outages,
    /// Every refusal, with its line number.
    refused: Vec<(usize, Refusal)>,
    /// The community's minimum commitment, in minutes a day.
    floor: u16,
}

/// Folds a history and passes the output of each `as_of` to `show`. Reads the whole file first, so a bad line stops
/// everything. Returns the refused lines, in time order.
///
/// # Errors
/// A [`Broken`] line of the file, or an error of `show`.
pub fn simulate<E: From<Broken>>(
    file: &[u8],
    floor: u16,
    mut show: impl FnMut(&Printed) -> Result<(), E>,
) -> Result<Vec<(usize, Refusal)>, E> {
    let mut events = events::read(file)?;
    // The sort is stable: equal instants, whatever their offsets, stay in file order.
    events.sort_by_key(|event| event.at);
    let mut simulation = Simulation { people: HashMap::new(), outages: Outages::default(), refused: Vec::new(), floor };
    events.into_iter().filter_map(|event| simulation.handle(event)).try_for_each(|shown| show(&shown))?;
    Ok(simulation.refused)
}

impl Simulation {
    fn handle(&mut self, event: Event) -> Option<Printed> {
        match event.what {
            What::Outage(gap) => {
                // A refused outage belongs to no person, so it is in nobody's list.
                if let Err(refusal) = gap.and_then(|(from, to)| self.outages.record(event.at, from, to)) {
                    self.refused.push((event.line, refusal));
                }
                None
            }
            What::Act(name, ref act) => {
                let known = self.people.entry(name).or_default();
                if let Err(refusal) = known.apply(event.at, act, self.floor) {
                    known.refused.push(event.line);
                    self.refused.push((event.line, refusal));
                }
                None
            }
            What::AsOf(person) => {
                let known = self.people.entry(person.clone()).or_default();
                // A query is an event too. A person who has not joined has no day to show: refused (rule 11).
                let Some(joined) = &mut known.person else {
                    known.refused.push(event.line);
                    self.refused.push((event.line, Refusal::NotJoined));
                    return None;
                };
                let view = joined.view(event.at, &self.outages);
                Some(Printed { at: event.written, person, view, refused: known.refused.clone() })
            }
        }
    }
}

impl Known {
    fn apply(&mut self, at: jiff::Timestamp, act: &Result<Act, Refusal>, floor: u16) -> Result<(), Refusal> {
        let act = act.as_ref().map_err(|refusal| *refusal)?;
        match (&mut self.person, act) {
            (Some(person), act) => person.apply(at, act, floor),
            (None, Act::Join { zone, day_start, commitment }) => {
                self.person = Some(StudyState::join(at, zone.clone(), *day_start, *commitment, floor)?);
                Ok(())
            }
            (None, _) => Err(Refusal::NotJoined),
        }
    }
}
