//! `/study plan`: a plan by pages, with buttons for its steps and for all that can be done with it.

use jiff::civil::Date;

use super::super::render::MAX_TEXT;
use super::{Answer, Bot, joining};
use crate::outbox::press::{CalendarPress, Pending, PlanPress};
use crate::outbox::{Button, Controls, ROOM, Reply, Style};
use crate::plan::planner::Shortfall;
use crate::plan::{self, Made, Planned, from_guide};
use crate::student::{self, Caller};
use crate::text::{cut, list};
use crate::time::{deadline, format as speech};
use crate::triage::Track;
use crate::{Error, Result, study};

/// The button of those who want more than the guide itself.
const MORE: &str = "Add the pages that the guide leads to";
/// The most characters of a button.
const MAX_LABEL: usize = 80;

/// `/study plan`
///
/// # Errors
/// Refused if something of track, hours and deadline is missing, and as study refuses it.
pub async fn plan(bot: &Bot, caller: &Caller, wanted: (Option<Track>, Option<i64>, Option<&str>)) -> Result<Answer> {
    let has_joined = student::has_joined(&bot.app.store, &caller.identity).await?;
    match wanted {
        (Some(track), Some(hours), Some(deadline)) if has_joined => {
            Ok(Answer::Say(typed(bot, caller, (track, hours, deadline), false).await?))
        }
        (Some(track), Some(hours), Some(typed)) => {
            let today = bot.app.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
            joining::ask(bot, caller, &Pending::Plan(track, hours, deadline::read(typed, today)?)).await
        }
        (None, None, None) if has_joined => match plan::plan(&bot.app.store, caller, bot.app.clock.now()).await? {
            Some(planned) => Ok(Answer::Say(page(&planned, 0))),
            None => Ok(Answer::Say(Reply::text(NONE))),
        },
        (None, None, None) => Ok(Answer::Say(Reply::text(NONE))),
        _ => Err(Error::refused(
            "Give all three to make a plan (track, hours a week and deadline), or none to see yours.",
        )),
    }
}

const NONE: &str = "You have no plan yet. Give `track`, `hours` a week and `deadline` (a date, or something like “in 3 \
                    months”), and Cairn lays the sections of that guide on your days.";

/// Makes a plan; if there is one, asks first.
///
/// # Errors
/// As study refuses it.
pub async fn made(bot: &Bot, caller: &Caller, wanted: (Track, i64, Date), replace: bool) -> Result<Reply> {
    let (track, hours, date) = wanted;
    typed(bot, caller, (track, hours, &date.to_string()), replace).await
}

/// The same for a deadline as somebody typed it.
async fn typed(
    bot: &Bot,
    caller: &Caller,
    (track, hours, deadline): (Track, i64, &str),
    replace: bool,
) -> Result<Reply> {
    let (app, base) = (&bot.app, bot.app.config.public_url());
    let wanted = (track, hours, deadline);
    match from_guide::plan(&app.store, caller, wanted, replace, &base, app.clock.now()).await? {
        Made::New(planned) => Ok(page(&planned, 0)),
        Made::Standing(standing, date, shortfall) => {
            let yes = Button::press("Replace it", PlanPress::Make(track, hours, date));
            let buttons = vec![yes, Button::press("Keep it", PlanPress::Show)];
            Ok(Reply::text(asked(&standing, (track, hours, date), shortfall)).with_buttons(buttons))
        }
    }
}

fn asked(standing: &Planned, (track, hours, date): (Track, i64, Date), shortfall: Option<Shortfall>) -> String {
    let guide = standing.track.parse::<Track>().map_or("guide", Track::title);
    let (done, all) = (standing.plan.behind(standing.today), standing.plan.steps.len());
    let (new, date) = (track.title(), speech::date(date));
    let late = shortfall.map_or_else(String::new, |shortfall| {
        let fitting = list::count(u64::try_from(shortfall.fitting).unwrap_or(u64::MAX), "section");
        let done =
            shortfall.done.map_or_else(String::new, |done| format!("; all of it is done by {}", speech::date(done)));
        format!(" That is more than fits in: {fitting} by then{done}.")
    });
    format!(
        "You have a plan already: {guide}, {done} of {all} sections done. Replace it with a new plan: {new}, {hours} h a \
         week until {date}?{late}"
    )
}

/// A press. The number in it is the plan's, and it must be the plan of the person who presses.
///
/// # Errors
/// Refused for another plan, and as study refuses it.
pub async fn pressed(bot: &Bot, caller: &Caller, wanted: PlanPress) -> Result<Answer> {
    let (store, now) = (&bot.app.store, bot.app.clock.now());
    Ok(Answer::Update(match wanted {
        PlanPress::Make(track, hours, date) => made(bot, caller, (track, hours, date), true).await?,
        PlanPress::Show => shown(bot, caller, 0).await?,
        PlanPress::Page(at) => shown(bot, caller, at).await?,
        PlanPress::Mark { number, step, done } => page(&plan::mark(store, caller, number, step, done, now).await?, 0),
        PlanPress::Replan(number) => page(&plan::again(store, caller, number, now).await?, 0),
        PlanPress::Later(number) => page(&plan::later(store, caller, number, now).await?, 0),
        PlanPress::Fewer(number) => page(&plan::fewer(store, caller, number, now).await?, 0),
        PlanPress::Whole(number) => {
            page(&from_guide::whole(store, caller, number, &bot.app.config.public_url(), now).await?, 0)
        }
        PlanPress::Commit(minutes) => super::told(&study::set_commitment(store, caller, minutes, now).await?),
        PlanPress::Drop(number) => {
            let yes = Button::press("Drop it", PlanPress::Dropped(number)).styled(Style::Danger);
            Reply::text("Drop this plan? Your days, minutes and streak stay as they are.")
                .with_buttons(vec![yes, Button::press("Keep it", PlanPress::Show)])
        }
        PlanPress::Dropped(number) => {
            plan::drop(store, caller, number).await?;
            Reply::text("The plan is gone. `/study plan` makes another whenever you like.")
        }
    }))
}

async fn shown(bot: &Bot, caller: &Caller, at: usize) -> Result<Reply> {
    let planned = plan::plan(&bot.app.store, caller, bot.app.clock.now()).await?;
    Ok(planned.map_or_else(|| Reply::text(NONE), |planned| page(&planned, at)))
}

/// One page of a plan, with its buttons.
fn page(planned: &Planned, at: usize) -> Reply {
    let pages = pages(&planned.to_string());
    let at = at.min(pages.len().saturating_sub(1));
    let number = planned.number;
    let mut rows = vec![steps(planned), choice(planned)];
    // What is a commitment at all, and no more than the plan's days have.
    rows[1].extend(planned.too_short().map(|daily| (daily / 5 * 5).max(15)).map(|minutes| {
        let label = format!("Change my commitment to {minutes} min a day");
        Button::press(label, PlanPress::Commit(minutes.into()))
    }));
    rows[1].extend(planned.is_of_one_page().then(|| Button::press(MORE, PlanPress::Whole(number))));
    let mut row = vec![
        Button::press("Re-plan", PlanPress::Replan(number)),
        Button::press(".ics", CalendarPress::File),
        Button::press("Drop", PlanPress::Drop(number)),
    ];
    if pages.len() > 1 {
        let turn = |to: usize, name: &str| Button::press(name, PlanPress::Page(to));
        let all = pages.len();
        row.extend((at > 0).then(|| turn(at - 1, "Page back")));
        row.extend((at + 1 < all).then(|| turn(at + 1, &format!("Page {} of {all}", at + 2))));
    }
    rows.push(row);
    let rows = rows.into_iter().filter(|row| !row.is_empty()).map(Controls::Buttons).collect();
    Reply::text(pages.into_iter().nth(at).unwrap_or_default()).with(rows)
}

/// A button for each step of the day that is next.
fn steps(planned: &Planned) -> Vec<Button> {
    let Some((date, parts)) = planned.next() else { return Vec::new() };
    let day = if date == planned.today { String::new() } else { format!("{}: ", speech::short_day(date)) };
    let step = |step: usize| {
        let heading = &planned.plan.steps[step].heading;
        let done = planned.plan.done.contains(&step);
        let (label, style) = if done { ("Not done: ", Style::Plain) } else { ("Done: ", Style::Good) };
        let does = PlanPress::Mark { number: planned.number, step, done: !done };
        Button::press(clipped(&format!("{day}{label}{heading}")), does).styled(style)
    };
    parts.iter().take(ROOM).map(|part| step(part.step)).collect()
}

/// The ways out if the time does not suffice.
fn choice(planned: &Planned) -> Vec<Button> {
    let Some(shortfall) = planned.plan.shortfall() else { return Vec::new() };
    let later = |done| Button::press(format!("A later date: {}", speech::date(done)), PlanPress::Later(planned.number));
    let later = shortfall.done.map(later);
    let fewer = (shortfall.fitting > 0).then(|| {
        let sections = list::count(u64::try_from(shortfall.fitting).unwrap_or(u64::MAX), "section");
        Button::press(format!("Fewer: {sections}"), PlanPress::Fewer(planned.number))
    });
    later.into_iter().chain(fewer).collect()
}

/// A label that fits onto a button.
fn clipped(text: &str) -> String {
    cut::characters(text, MAX_LABEL)
}

/// A text by pages that end with a line.
fn pages(text: &str) -> Vec<String> {
    let mut pages = vec![String::new()];
    for line in text.lines() {
        let page = pages.last_mut().map_or(0, |page| page.chars().count());
        if page > 0 && page + line.chars().count() + 1 > MAX_TEXT {
            pages.push(String::new());
        }
        if let Some(page) = pages.last_mut() {
            page.push_str(line);
            page.push('\n');
        }
    }
    pages.iter().map(|page| page.trim_end().to_owned()).collect()
}
