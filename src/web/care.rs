//! The page for somebody who may be in danger: nothing but where to find people, now.

use maud::{Markup, html};

use super::layout;
use crate::triage::care::{BODY, DIRECTORY, EMERGENCY, HEADING, LATER, PEOPLE};

/// The whole page. It does not repeat what was written.
pub fn page() -> Markup {
    layout::page(
        "Please talk to a person",
        "",
        html! {
            section.answer {
                h1 { (HEADING) }
                p { (BODY) }
                ul {
                    li { (EMERGENCY) }
                    li { a href=(DIRECTORY) { "Find a crisis line in your country" } ": by phone, text or chat, free of charge." }
                    li { (PEOPLE) }
                }
                p { (LATER) }
                p { a href="/" { "Cairn misread you? Ask again" } }
            }
        },
    )
}
