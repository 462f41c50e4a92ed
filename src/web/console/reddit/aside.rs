//! What stands beside the cards: what Cairn does in the subreddit, whether it may do more, and what it did within a week.

use jiff::Timestamp;
use maud::{Markup, html};

use super::super::frame::{self, act};
use super::super::guard::Signed;
use super::super::words;
use crate::community::{Moderator, Role};
use crate::reddit::desk::{self, Overview};
use crate::reddit::mode::{self, Mode};

/// What a mode does, in one clause.
fn about(mode: Mode) -> &'static str {
    match mode {
        Mode::Off => "Cairn does not read there",
        Mode::Shadow => "it reads and decides, and says nothing",
        Mode::Approve => "it says what one of you has approved",
        Mode::Summon => "it answers people who call it, and nobody else",
        Mode::On => "it answers newcomers by itself, too",
    }
}

/// What Cairn does there, and the form that sets it.
pub fn mode(signed: &Signed, by: &Moderator, seen: &Overview) -> Markup {
    let is_locked = mode::may_be_on(&seen.judged).is_err();
    html! {
        div.panel {
            h2 { "r/" (seen.subreddit) ": " (seen.mode) }
            @if let Some(code) = &seen.off_why {
                p { strong { "Reddit does not let Cairn in there" } " (" (code) "), so it is off. Turn it on again when it may come back." }
            }
            @if by.role() < Role::Admin {
                p { "Here " (about(seen.mode)) ". An admin can change that." }
            } @else {
                (act(signed, "/console/reddit/set", html! {
                    input type="hidden" name="r" value=(seen.subreddit);
                    fieldset {
                        legend.hidden { "What Cairn does there" }
                        @for mode in Mode::ALL {
                            label.check {
                                input type="radio" name="mode" value=(mode.name()) required checked[mode == seen.mode]
                                    disabled[mode == Mode::On && is_locked && seen.mode != Mode::On];
                                span { (mode) span.hint { ": " (about(mode)) } }
                            }
                        }
                    }
                    details {
                        summary { "More settings" }
                        div.inside {
                            (check("danger", seen.tells_danger, "Tell us of posts whose author may be in danger"))
                            (check("sync", seen.syncs, "Keep old Reddit’s wiki and Cairn’s equal"))
                            (check("pin", seen.pins, "Pin the posts with the week’s papers"))
                            div.field {
                                label for="flair" { "Their flair" }
                                input #flair name="flair" value=(seen.flair.as_deref().unwrap_or_default()) autocomplete="off";
                            }
                        }
                    }
                    p { button.main { "Save for r/" (seen.subreddit) } }
                }))
            }
        }
    }
}

fn check(name: &str, is: bool, said: &str) -> Markup {
    html! { label.check { input type="checkbox" name=(name) value="yes" checked[is]; span { (said) } } }
}

/// Whether Cairn may answer by itself there.
pub fn readiness(seen: &Overview) -> Markup {
    let judged = &seen.judged;
    // Rounded down, so that nobody reads a bound that is not there.
    let low = (judged.low * 100.0).floor();
    let bound = (mode::BOUND_NEEDED * 100.0).floor();
    html! {
        div.panel {
            h2 { "Ready to answer by itself?" }
            @match mode::may_be_on(judged) {
                Ok(()) => p { strong { "Yes." } " It was right in " (judged.hits) " of " (judged.of) " judged verdicts, which shows at least " (low) " %." },
                Err(_) if judged.of < mode::JUDGED_NEEDED => p {
                    strong { "Not yet: " } (judged.of) " of " (mode::JUDGED_NEEDED) " verdicts are judged; "
                    (mode::JUDGED_NEEDED - judged.of) " more are needed."
                },
                Err(_) => p {
                    strong { "Not yet: " } "it was right in " (judged.hits) " of " (judged.of) " judged verdicts. That shows at least "
                    (low) " %; " (bound) " % are needed."
                },
            }
            @if judged.of > 0 {
                meter min="0" max="100" low=(bound - 10.0) high=(bound) optimum="100" value=(low) aria-label="Share of right verdicts, lower bound" { (low) " %" }
            }
            p.quiet.small { "From your own verdicts on this page. What people call Cairn for does not count." }
        }
    }
}

/// What was counted within a week.
pub fn week(seen: &Overview, now: Timestamp) -> Markup {
    html! {
        div.panel {
            h2 { "Within a week" }
            @if seen.counts.is_empty() { p { "Nothing yet." } } @else {
                dl.pairs { @for (what, n) in &seen.counts { dt { (desk::counted(what)) } dd { (n) } } }
            }
            p.quiet.small { @match seen.read { Some(at) => { "New posts were read " (words::ago(at, now)) "." } None => "New posts were not read yet." } }
        }
    }
}

/// The keys of the page.
pub fn keys() -> Markup {
    frame::keys(&html! {
        li { kbd { "y" } " right" }
        li { kbd { "n" } " wrong" }
        li { kbd { "l" } " decide later" }
        li { kbd { "j" } " " kbd { "k" } " next card and back" }
        li { kbd { "u" } " it was the other way round" }
    })
}
