//! A calendar of planned study times, as an iCalendar file (RFC 5545).
//!
//! Each study time is a separate event in UTC, computed from local time in the person's zone. So it is right before and
//! after a clock change, even if the calendar program knows nothing about zones.

use std::fmt;

use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::streak::day::next;
use crate::text::{escape, list};
use crate::time;
use crate::time::zone::Zone;

/// How many weeks a calendar covers. Feeds are read again much sooner.
pub const WEEKS: usize = 8;
/// When the alarm sounds, relative to a study time.
const ALARM: &str = "-PT10M";
/// How often a calendar program should read the feed again.
const REFRESH: &str = "PT6H";
/// The content of a calendar without events.
const EMPTY: [&str; 8] = [
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
];
/// The longest line in octets, without its end (RFC 5545, 3.1).
const LINE: usize = 75;

/// A weekly study time in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekly {
    /// Its day.
    pub weekday: Weekday,
    /// Its start.
    pub at: Time,
    /// Its length.
    pub minutes: u16,
}

/// The time of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At an instant, for this many minutes.
    At(Timestamp, u16),
    /// On a date, without a time or an alarm.
    On(Date),
}

/// A planned event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its time.
    pub when: When,
    /// Its title, any text.
    pub title: String,
    /// What to do, any text; may be empty.
    pub notes: String,
}

/// A person's calendar. Its `Display` is the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its name, any text.
    pub name: String,
    /// Identifies the person in event ids, but does not reveal them.
    pub token: String,
    /// Grows with each change. The higher of two versions of an event counts.
    pub revision: u32,
    /// When the content last changed.
    pub now: Timestamp,
    /// Whether study times have alarms.
    pub alarms: bool,
    /// The planned events.
    pub events: Vec<Event>,
}

/// The instants of weekly times after `now`, in the next [`WEEKS`] weeks, sorted, with their minutes.
///
/// As with reminders, a time that the clock skips is at the end of the gap, and of a time that comes twice the first
/// counts. If two fall on one instant, the longer one stays.
pub fn sessions(weekly: &[Weekly], zone: &Zone, now: Timestamp) -> Vec<(Timestamp, u16)> {
    let dates = std::iter::successors(Some(zone.date(now)), |date| Some(next(*date))).take(WEEKS * 7);
    let on =
        |date: Date| weekly.iter().filter(move |time| time.weekday == date.weekday()).map(move |time| (date, time));
    let minute = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
    let read = |(date, time): (Date, &Weekly)| (zone.first_minute(date, minute(time.at)), time.minutes);
    let dates = dates.filter(|date| zone.has(*date));
    let mut sessions: Vec<_> = dates.flat_map(on).map(read).filter(|session| session.0 > now).collect();
    sessions.sort_unstable_by_key(|(begin, minutes)| (*begin, std::cmp::Reverse(*minutes)));
    sessions.dedup_by_key(|session| session.0);
    sessions
}

impl fmt::Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = escape::calendar(&self.name);
        for fixed in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cairn//Study times//EN", "CALSCALE:GREGORIAN"] {
            line(f, fixed)?;
        }
        line(f, "METHOD:PUBLISH")?;
        line(f, &format!("NAME:{name}"))?;
        line(f, &format!("X-WR-CALNAME:{name}"))?;
        line(f, &format!("REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"))?;
        line(f, &format!("X-PUBLISHED-TTL:{REFRESH}"))?;
        self.events.iter().try_for_each(|event| self.event(f, event))?;
        if self.events.is_empty() {
            // A calendar must not be empty (RFC 5545, 3.6), and a zone is invisible.
            EMPTY.iter().try_for_each(|fixed| line(f, fixed))?;
        }
        line(f, "END:VCALENDAR")
    }
}

impl Calendar {
    fn event(&self, f: &mut fmt::Formatter<'_>, event: &Event) -> fmt::Result {
        let title = escape::calendar(&event.title);
        line(f, "BEGIN:VEVENT")?;
        line(f, &format!("UID:{}", self.uid(event.when)))?;
        line(f, &format!("DTSTAMP:{}", utc(self.now)))?;
        line(f, &format!("SEQUENCE:{}", self.revision))?;
        line(f, &format!("SUMMARY:{title}"))?;
        if !event.notes.is_empty() {
            line(f, &format!("DESCRIPTION:{}", escape::calendar(&event.notes)))?;
        }
        match event.when {
            When::At(begin, minutes) => {
                timed(f, begin, minutes)?;
                if self.alarms {
                    alarm(f, &title)?;
                }
            }
            // Without an end, it lasts the whole day. It does not make the person busy.
            When::On(date) => {
                line(f, &format!("DTSTART;VALUE=DATE:{}", date.strftime("%Y%m%d")))?;
                line(f, "TRANSP:TRANSPARENT")?;
            }
        }
        line(f, "END:VEVENT")
    }

    /// The same in every file for the same person and time.
    fn uid(&self, when: When) -> String {
        let planned = match when {
            When::At(begin, _) => begin.to_string(),
            When::On(date) => date.to_string(),
        };
        let hash = Sha256::digest(format!("{} {planned}", self.token));
        let short: String = list::hex(&hash[..16]);
        format!("{short}@cairn")
    }
}

fn timed(f: &mut fmt::Formatter<'_>, begin: Timestamp, minutes: u16) -> fmt::Result {
    let length = SignedDuration::from_mins(i64::from(minutes.max(1)));
    line(f, &format!("DTSTART:{}", utc(begin)))?;
    line(f, &format!("DTEND:{}", utc(time::after(begin, length))))
}

fn alarm(f: &mut fmt::Formatter<'_>, title: &str) -> fmt::Result {
    line(f, "BEGIN:VALARM")?;
    line(f, "ACTION:DISPLAY")?;
    line(f, &format!("TRIGGER:{ALARM}"))?;
    line(f, &format!("DESCRIPTION:{title}"))?;
    line(f, "END:VALARM")
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Writes a line, folded into parts of at most 75 octets between characters.
fn line(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let mut octets = 0;
    for letter in text.chars() {
        if octets + letter.len_utf8() > LINE {
            f.write_str("\r\n ")?;
            octets = 1;
        }
        octets += letter.len_utf8();
        fmt::Write::write_char(f, letter)?;
    }
    f.write_str("\r\n")
}
