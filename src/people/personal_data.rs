//! The list of data about people. Export, erasure, linking and PRIVACY.md follow it.

/// A table with data about people.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    /// The table.
    pub table: &'static str,
    /// Its columns with data about a person.
    pub columns: &'static [&'static str],
    /// What a row is, for people: singular and plural. Who reads it may be the person or somebody else, so no word points at them.
    pub what: [&'static str; 2],
    /// How to find a person's rows; one match is enough. If empty, nothing in the table points to a person.
    pub found: &'static [By],
    /// What erasure does with these rows.
    pub erased: Erased,
}

/// A way to find a person's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The column holds the person's number.
    Person(&'static str),
    /// The column holds one of their identities: `discord:123`.
    Identity(&'static str),
    /// The column holds the target of their direct messages, as the outbox writes it.
    Address(&'static str),
    /// The column holds the person's number, but the row is somebody else's secret. Only erasure finds it, never what
    /// is shown to the person.
    Hidden(&'static str),
    /// The column is a text to somebody else that may mention the person as Discord does. Only erasure finds it.
    Named(&'static str),
}

/// What erasure does with a person's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erased {
    /// Deletes them.
    Row,
    /// Keeps them, but sets these columns (`None`: NULL).
    Columns(&'static [(&'static str, Option<&'static str>)]),
    /// Leaves them to be deleted by age, because they cannot be found by person.
    ByAge,
}

/// The name that replaces an erased one.
const LEFT: &str = "somebody who left";

/// All data about people, in an order in which it can be erased.
pub const HELD: &[Held] = &[
    Held {
        table: "discord_answers",
        columns: &["asker", "author", "title", "body", "track", "opinion", "verdict"],
        what: ["answer on Discord", "answers on Discord"],
        found: &[By::Identity("asker"), By::Identity("author")],
        erased: Erased::Row,
    },
    Held {
        table: "outbox",
        columns: &["target", "about", "payload", "otherwise", "remote_id"],
        what: ["message from Cairn", "messages from Cairn"],
        found: &[By::Person("about"), By::Address("target"), By::Named("payload"), By::Named("otherwise")],
        // Keep the key, so that nothing is sent twice. A row without text and target is never sent.
        erased: Erased::Columns(&[
            ("target", None),
            ("about", None),
            ("payload", None),
            ("otherwise", None),
            ("remote_id", None),
        ]),
    },
    Held {
        table: "reddit_desk",
        columns: &["author", "title", "body", "hash", "verdict", "answer", "track", "comment", "post", "parent"],
        what: ["answer on Reddit", "answers on Reddit"],
        found: &[By::Identity("author")],
        // Keep the judgement, which still counts, and the thread, so that the bot does not answer there twice.
        erased: Erased::Columns(&[
            ("author", None),
            ("title", None),
            ("body", None),
            ("hash", None),
            ("verdict", None),
            ("answer", None),
            ("track", None),
            ("comment", None),
        ]),
    },
    Held {
        table: "reddit_seen",
        columns: &["name"],
        what: ["post or comment that was read", "posts and comments that were read"],
        found: &[],
        erased: Erased::ByAge,
    },
    Held {
        table: "reddit_notices",
        columns: &["about", "said"],
        what: ["note to moderators", "notes to moderators"],
        found: &[],
        erased: Erased::ByAge,
    },
    Held {
        table: "labels",
        columns: &["verdict", "person_id"],
        what: ["correction of an answer", "corrections of answers"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_blocks",
        columns: &["person_id", "blocked_id"],
        what: ["blocked study buddy", "blocked study buddies"],
        // People must not learn that they are blocked.
        found: &[By::Person("person_id"), By::Hidden("blocked_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_pairs",
        columns: &["one_id", "other_id", "until"],
        what: ["former study buddy", "former study buddies"],
        found: &[By::Person("one_id"), By::Person("other_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_buddies",
        columns: &["person_id", "guild", "times", "since", "first", "group_id", "presence", "told", "met"],
        what: ["search for a study buddy", "searches for a study buddy"],
        found: &[By::Person("person_id")],
        // Their group becomes due at once, and the bot tells the others kindly.
        erased: Erased::Row,
    },
    Held {
        table: "study_ranked",
        columns: &["person_id", "guild"],
        what: ["place in the ranking", "places in the ranking"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_tracks",
        columns: &["person_id", "track"],
        what: ["guide chosen for studying", "guides chosen for studying"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_due",
        columns: &["person_id", "what", "at"],
        what: [
            "time at which the study timer or a reminder is due",
            "times at which the study timer or a reminder is due",
        ],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_plans",
        columns: &["person_id", "track", "plan", "judged", "changed_at"],
        what: ["study plan", "study plans"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_feeds",
        columns: &["person_id", "hash", "made_at"],
        what: ["secret link of a calendar", "secret links of calendars"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_shows",
        columns: &["person_id"],
        what: ["choice to show the heat map", "choices to show the heat map"],
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
        what: ["study history", "study histories"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "pomodoro_members",
        columns: &["person_id", "pomodoro_id", "since"],
        what: ["Pomodoro joined", "Pomodoros joined"],
        found: &[By::Person("person_id")],
        // Its message says so no more.
        erased: Erased::Row,
    },
    Held {
        table: "pomodoros",
        columns: &["starter"],
        what: ["Pomodoro begun", "Pomodoros begun"],
        found: &[By::Person("starter")],
        erased: Erased::Columns(&[("starter", None)]),
    },
    Held {
        table: "study_focus",
        columns: &["person_id", "began", "until"],
        what: ["timer that ends by itself", "timers that end by themselves"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_stays",
        columns: &["person_id", "guild", "channel", "began", "seen", "gone", "unseen"],
        what: ["stay in a study voice channel", "stays in study voice channels"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_voice",
        columns: &["person_id", "guild"],
        what: ["server whose voice channels count for them", "servers whose voice channels count for them"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "study_subjects",
        columns: &["person_id", "n", "what"],
        what: ["subject of a study entry", "subjects of study entries"],
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
        what: ["unused link code", "unused link codes"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "paper_posts",
        columns: &["target"],
        what: ["paper received", "papers received"],
        found: &[By::Address("target")],
        erased: Erased::Row,
    },
    Held {
        table: "paper_subscriptions",
        columns: &["target"],
        what: ["subscription to the week's papers", "subscriptions to the week's papers"],
        found: &[By::Address("target")],
        erased: Erased::Row,
    },
    Held {
        table: "paper_keepers",
        columns: &["person_id"],
        what: ["channel subscribed to the papers", "channels subscribed to the papers"],
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
        what: ["ticked pass through a paper", "ticked passes through papers"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "paper_readings",
        columns: &["person_id"],
        what: ["reading thread opened", "reading threads opened"],
        found: &[By::Person("person_id")],
        // The thread belongs to its readers.
        erased: Erased::Columns(&[("person_id", None)]),
    },
    Held {
        table: "revisits",
        columns: &["person_id", "guild", "thing", "title", "date", "due"],
        what: ["section or paper to see again", "sections or papers to see again"],
        found: &[By::Person("person_id")],
        erased: Erased::Row,
    },
    Held {
        table: "console_links",
        columns: &["hash", "actor", "community", "until"],
        what: ["unused link into the console", "unused links into the console"],
        found: &[By::Identity("actor")],
        erased: Erased::Row,
    },
    Held {
        table: "console_sessions",
        columns: &["hash", "actor", "community", "device", "since", "until"],
        what: ["sign-in to the console", "sign-ins to the console"],
        found: &[By::Identity("actor")],
        erased: Erased::Row,
    },
    Held {
        table: "revisions",
        columns: &["author"],
        what: ["edit of a page", "edits of pages"],
        found: &[By::Identity("author")],
        // The wiki's text belongs to everybody; its author need not be known.
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
        what: ["entry in the moderators' log", "entries in the moderators' log"],
        found: &[By::Identity("actor")],
        erased: Erased::Columns(&[("actor", Some(LEFT))]),
    },
    Held {
        table: "judgements",
        columns: &["actor"],
        what: ["judgement of an answer", "judgements of answers"],
        found: &[By::Identity("actor")],
        erased: Erased::Columns(&[("actor", Some(LEFT))]),
    },
    Held {
        table: "lessons",
        columns: &["actor"],
        what: ["example for training", "examples for training"],
        found: &[By::Identity("actor")],
        erased: Erased::Columns(&[("actor", Some(LEFT))]),
    },
    Held {
        table: "models",
        columns: &["actor"],
        what: ["trained model", "trained models"],
        found: &[By::Identity("actor")],
        erased: Erased::Columns(&[("actor", Some(LEFT))]),
    },
    Held { table: "gaps", columns: &["query"], what: ["question", "questions"], found: &[], erased: Erased::ByAge },
    Held {
        table: "gap_finds",
        columns: &["missed"],
        what: ["question", "questions"],
        found: &[],
        erased: Erased::ByAge,
    },
    Held {
        table: "gap_refusals",
        columns: &["actor"],
        what: ["question set aside", "questions set aside"],
        found: &[By::Identity("actor")],
        erased: Erased::Columns(&[("actor", Some(LEFT))]),
    },
    Held {
        table: "persons",
        columns: &["id", "discord_id", "reddit_name", "since"],
        what: ["account name", "account names"],
        found: &[By::Person("id")],
        erased: Erased::Row,
    },
];
