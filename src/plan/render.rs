//! A plan in words: the next two weeks by day, then week by week. It fits into one embed of a chat.

use std::fmt;

use jiff::civil::Date;

use super::planner::{Day, Part, Plan, SETTLED, Shortfall};
use super::steps::Step;
use crate::text::{escape, list};
use crate::time::{self, format};

/// Dates that are shown one by one, today included.
const BY_DAY: i64 = 14;
/// Weeks that are shown after them.
const BY_WEEK: usize = 12;

/// What a plan shows on a day.
#[derive(Debug, Clone, Copy)]
pub struct PlanView<'a> {
    /// The plan.
    pub(super) plan: &'a Plan,
    /// The running day.
    pub(super) today: Date,
}

impl Plan {
    /// What the plan shows on a day.
    pub fn shown(&self, today: Date) -> PlanView<'_> {
        PlanView { plan: self, today }
    }
}

impl fmt::Display for PlanView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let soon = time::days_after(self.today, BY_DAY);
        let ahead: Vec<&Day> = self.plan.days.iter().filter(|day| day.date >= self.today).collect();
        let (near, far) = ahead.split_at(ahead.partition_point(|day| day.date < soon));
        self.headline(f)?;
        if ahead.is_empty() {
            return write!(f, "\n\nThis plan has come to its end.");
        }
        if !near.is_empty() {
            write!(f, "\n\n**The next two weeks**\n")?;
            near.iter().try_for_each(|day| self.day(f, day))?;
        }
        if !far.is_empty() {
            write!(f, "\n**After that**\n")?;
            self.weeks(f, far)?;
        }
        Ok(())
    }
}

impl PlanView<'_> {
    fn headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = self.plan;
        let total: u32 = plan.steps.iter().map(|step| u32::from(step.minutes)).sum();
        let (sections, hours) = (list::count(plan.steps.len() as u64, "section"), plan.pace.hours);
        write!(f, "**Your plan:** {sections}, about {}, at {hours} h a week", format::minutes(total))?;
        match plan.shortfall() {
            None => write!(f, ", done by {}.", format::date(plan.done().unwrap_or(plan.deadline)))?,
            Some(shortfall) => {
                writeln!(f, ".\n")?;
                self.choice(f, shortfall)?;
            }
        }
        match plan.behind(self.today) {
            0 => Ok(()),
            done => write!(f, " {done} of {} sections done.", plan.steps.len()),
        }
    }

    /// Says plainly that the time does not suffice, and what can be done.
    fn choice(&self, f: &mut fmt::Formatter<'_>, shortfall: Shortfall) -> fmt::Result {
        let (deadline, all) = (format::date(self.plan.deadline), self.plan.steps.len());
        write!(f, "That is more than fits in before {deadline}. You can choose ")?;
        if let Some(done) = shortfall.done {
            write!(f, "a later date ({} fits), ", format::date(done))?;
        }
        match shortfall.fitting {
            0 => write!(f, "or more hours a week."),
            fitting => write!(f, "fewer sections ({fitting} of {all} fit), or more hours a week."),
        }
    }

    /// A day of this week section by section, a later one from where to where.
    fn day(&self, f: &mut fmt::Formatter<'_>, day: &Day) -> fmt::Result {
        write!(f, "- {}: ", day.date.strftime("%a %-d %b"))?;
        let settled = time::days_after(self.today, SETTLED);
        match day.parts[..] {
            [ref first, .., ref last] if day.date >= settled => {
                let (time, first, last) =
                    (format::minutes(day.minutes()), self.linked(first), &self.step(last).heading);
                writeln!(f, "{time}, {first} to “{}”", escape::markdown(last))
            }
            _ => self.sections(f, day),
        }
    }

    /// Only where a day goes on to another page does it need another link.
    fn sections(&self, f: &mut fmt::Formatter<'_>, day: &Day) -> fmt::Result {
        let mut page = None;
        for part in &day.parts {
            let step = self.step(part);
            let comma = if page.is_some() { " · " } else { "" };
            let goes_on = page.replace(&step.page) == Some(&step.page);
            let heading = if goes_on { escape::markdown(&step.heading) } else { self.linked(part) };
            let done = if self.plan.done.contains(&part.step) { "✓ " } else { "" };
            write!(f, "{comma}{done}{heading}, {} min", part.minutes)?;
        }
        writeln!(f)
    }

    fn step(&self, part: &Part) -> &Step {
        &self.plan.steps[part.step]
    }

    fn linked(&self, part: &Part) -> String {
        let step = self.step(part);
        format!("[{}]({})", escape::markdown(&step.heading), step.link)
    }

    /// Weeks from Monday on, each with how much there is and where it ends.
    fn weeks(&self, f: &mut fmt::Formatter<'_>, far: &[&Day]) -> fmt::Result {
        let weeks: Vec<&[&Day]> = far.chunk_by(|a, b| time::monday(a.date) == time::monday(b.date)).collect();
        for week in weeks.iter().take(BY_WEEK) {
            let minutes: u32 = week.iter().map(|day| u32::from(day.minutes())).sum();
            let last = week.iter().flat_map(|day| &day.parts).next_back();
            let until = last.map_or("", |part| &self.step(part).heading);
            let from = time::monday(week[0].date).strftime("%-d %b");
            writeln!(f, "- week of {from}: {} up to “{}”", format::minutes(minutes), escape::markdown(until))?;
        }
        match weeks.len().saturating_sub(BY_WEEK) {
            0 => Ok(()),
            more => writeln!(f, "- and {}", list::count(more as u64, "more week")),
        }
    }
}
