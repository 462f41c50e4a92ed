//! What is held about people: the one list that export, erasure, linking and PRIVACY.md follow.

/// A table that holds something about people.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// The table.
    pub table: &'static str,
    /// Its columns that say something about a person.
    pub columns: &'static [&'static str],
    /// What a row is, for people to read: singular and plural.
    pub what: [&'static str; 2],
    /// How a person's rows are found; a row that any of these finds is theirs. Without any, nothing in the
    /// table points to anybody.
    pub found: &'static [By],
    /// What erasure does with them.
    pub erased: Erased,
}

/// How the rows of a person are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The column is the person's number.
    Person(&'static str),
    /// The column is one of their identities: `discord:123`.
    Identity(&'static str),
    /// The column is the address of their direct messages, as outbox targets are written.
    Address(&'static str),
}

/// What erasure does with a person's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// Deletes them.
    Row,
    /// Keeps them for what else they say, with other values in these columns (`None`: NULL).
    Columns(&'static [(&'static str, Option<&'static str>)]),
    /// Leaves them to be dropped by age, for they cannot be found by person.
    ByAge,
}

/// What stands where a name stood.
const LEFT: &str = "somebody who left";

/// Everything held about people, in the order in which it can be erased.
pub const HELD: [Held; 20] = [
    Held {
        table: "discord_answers",
        columns: &["asker", "author", "title", "body", "track", "opinion"],
        what: ["answer on Discord", "answers on Discord"],
        found: &[By::Identity("asker"), By::Identity("author")],
        erased: Erased::Row,
    },
    Held {
        table: "outbox",
        columns: &["target", "about", "payload", "remote_id"],
        what: ["message to or about them", "messages to or about them"],
        found: &[By::Person("about"), By::Address("target")],
        // The key stays, so that nothing is said twice; a row without text and target is never sent.
        erased: Erased::Columns(&[("target", None), ("about", None), ("payload", None), ("remote_id", None)]),
    },
    Held {
        table: "labels",
        columns: &["text", "verdict", "person_id"],
        what: ["correction of a verdict", "corrections of verdicts"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_due",
        columns: &["person_id", "what", "at"],
        what: ["date with the study timer or a reminder", "dates with the study timer or reminders"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_reminders",
        columns: &["person_id", "state"],
        what: ["set of reminders", "sets of reminders"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_people",
        columns: &["person_id", "guild", "state", "events", "at", "channel", "marks"],
        what: ["study ledger", "study ledgers"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_events",
        columns: &["person_id", "n", "at", "act"],
        what: ["study entry", "study entries"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "link_tries",
        columns: &["person_id", "at"],
        what: ["wrong link code", "wrong link codes"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "link_codes",
        columns: &["person_id", "hash", "expires_at"],
        what: ["standing link code", "standing link codes"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "paper_posts",
        columns: &["target"],
        what: ["paper sent to them", "papers sent to them"],
        found: &[By::Address("target")],
        erased: Erased::Row,
    },
    Held {
        table: "paper_subscriptions",
        columns: &["target"],
        what: ["wish for the week's papers", "wishes for the week's papers"],
        found: &[By::Address("target")],
        erased: Erased::Row,
    },
    Held {
        table: "paper_keepers",
        columns: &["person_id"],
        what: ["channel whose papers they set up", "channels whose papers they set up"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "paper_votes",
        columns: &["person_id", "community", "arxiv", "at"],
        what: ["vote for a paper", "votes for papers"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "paper_ticks",
        columns: &["person_id", "arxiv", "pass", "at"],
        what: ["pass through a paper", "passes through papers"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "paper_readings",
        columns: &["person_id"],
        what: ["reading thread they opened", "reading threads they opened"],
        found: &[By::Person("person_id")],
        // The thread belongs to those who read in it.
        erased: Erased::Columns(&[("person_id", None)]),
    },
    Held {
        table: "revisions",
        columns: &["author"],
        what: ["edit of a page", "edits of pages"],
        found: &[By::Identity("author")],
        // What the wiki says belongs to everybody; who wrote it need not be known.
        erased: Erased::Columns(&[("author", Some(LEFT))]),
    },
    Held {
        table: "drafts",
        columns: &["author"],
        what: ["proposed edit", "proposed edits"],
        found: &[By::Identity("author")],
        erased: Erased::Columns(&[("author", Some(LEFT))]),
    },
    Held {
        table: "audit",
        columns: &["actor"],
        what: ["act in the log", "acts in the log"],
        found: &[By::Identity("actor")],
        erased: Erased::Columns(&[("actor", Some(LEFT))]),
    },
    Held { table: "gaps", columns: &["query"], what: ["question", "questions"], found: &[], erased: Erased::ByAge },
    Held {
        table: "persons",
        columns: &["id", "discord_id", "reddit_name", "since"],
        what: ["name", "names"],
        found: &[By::Person("id")],
        erased: Erased::Row,
    },
];
