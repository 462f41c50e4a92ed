//! What somebody wanted before they were asked for their zone, as custom ids carry it (pure).

use std::fmt;

use jiff::civil::Date;

use crate::study::When;
use crate::triage::Track;

/// What is done once they have joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pending {
    /// `log/45`, `log/45/yesterday` or `log/45/2026-11-21`
    Log(i64, When),
    /// `start`
    Start,
    /// `status`
    Status,
    /// `buddy`
    Buddy,
    /// `plan/engineer/6/2027-03-01`
    Plan(Track, i64, Date),
}

impl Pending {
    /// What the rest of a custom id says.
    pub fn read(path: &[&str]) -> Option<Self> {
        Some(match path {
            ["log", minutes] => Self::Log(minutes.parse().ok()?, When::Today),
            ["log", minutes, "yesterday"] => Self::Log(minutes.parse().ok()?, When::Yesterday),
            ["log", minutes, date] => Self::Log(minutes.parse().ok()?, When::On(date.parse().ok()?)),
            ["start"] => Self::Start,
            ["status"] => Self::Status,
            ["buddy"] => Self::Buddy,
            ["plan", track, hours, date] => Self::Plan(track.parse().ok()?, hours.parse().ok()?, date.parse().ok()?),
            _ => return None,
        })
    }
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(minutes, When::Today) => write!(f, "log/{minutes}"),
            Self::Log(minutes, When::Yesterday) => write!(f, "log/{minutes}/yesterday"),
            Self::Log(minutes, When::On(date)) => write!(f, "log/{minutes}/{date}"),
            Self::Start => f.write_str("start"),
            Self::Status => f.write_str("status"),
            Self::Buddy => f.write_str("buddy"),
            Self::Plan(track, hours, date) => write!(f, "plan/{track}/{hours}/{date}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_a_custom_id() {
        let date = "-009999-01-01".parse().unwrap();
        let plan = Pending::Plan(Track::HighSchool, 60, date);
        let log = Pending::Log(i64::MIN, When::On(date));
        let late = Pending::Log(45, When::Yesterday);
        for pending in [log, late, Pending::Log(45, When::Today), Pending::Start, Pending::Status, Pending::Buddy, plan]
        {
            let text = pending.to_string();
            assert!(text.len() < 60);
            assert_eq!(Pending::read(&text.split('/').collect::<Vec<_>>()), Some(pending));
        }
        assert_eq!(Pending::read(&["log", "many"]), None);
    }
}
