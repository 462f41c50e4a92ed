//! The phrases in which people say which degree they have or study for, and in which subject.

use super::cues::{Cue, Row};

const fn row(cue: Cue, phrases: &'static [&'static str]) -> Row {
    Row { cue, weight: 0.0, aim: None, phrases }
}

/// Phrases for degrees that are completed or in progress (not only wished for), and for subjects.
pub const ROWS: &[Row] = &[
    row(
        Cue::Phd,
        &[
            "phd|doctoral|doctorate student|candidate|graduate|researcher|holder",
            "have|hold|holding|got|finished|finishing|completed|completing|doing|did|earned|during|defended|with|started|starting my|a|an|the? _? phd|doctorate|dphil",
            "my phd|doctorate|dphil",
            "in the|my? @part|first|second|third|fourth|final|last year of? my|a? phd",
            "i am|was in|doing|pursuing a|my? _? phd",
            "currently in|doing|pursuing a|my? _? phd",
            "^ phd in|on / _? in|on?",
            "^ _ phd|doctorate $",
            "postdoc",
        ],
    ),
    row(
        Cue::Masters,
        &[
            "masters|msc|ms student|graduate|holder|thesis",
            "have|hold|holding|got|finished|finishing|completed|completing|doing|did|earned|during|with|started|starting|pursuing my|a|an|the? _? _? masters|msc|ms|mphil|mres|meng|ma",
            "my _? masters|msc|ms|mphil|mres|meng",
            "i am|was in|doing|pursuing a|my? _? masters|msc",
            "currently in|doing|pursuing a|my? _? masters|msc",
            "grad|gradschool student",
        ],
    ),
    row(
        Cue::Undergraduate,
        &[
            "undergrad|undergraduate|bachelors|bsc|btech|ba|bs|beng student|degree|in",
            "have|hold|got|finished|finishing|completed|completing|doing|did|earned|with|pursuing|studying my|a|an|the? _? _? bachelors|bsc|btech|undergrad|undergraduate|ba|bs|beng|degree|diploma|major",
            "my _? undergrad|undergraduate|bachelors|bsc|btech|degree|major",
            "i am|was an|a|in? undergrad|undergraduate|_ major",
            "@part|first|second|third|fourth|final|last year _? _? student|undergrad|university|college|in|of",
            "university|college|undergrad|undergraduate|engineering student|sophomore|junior|senior|freshman",
            "freshman|sophomore|junior|senior|majoring|major|studying|studied|majored|graduated in|at",
            "i study|studied",
            "i am studying",
            "cs|math|maths|mathematics|physics|statistics|economics|engineering|biology|psychology|history|chemistry|philosophy|english student|major|undergrad|undergraduate|graduate|grad|degree",
        ],
    ),
    row(Cue::InMl, &["@field", "@field engineering"]),
    row(
        Cue::InMaths,
        &["math|maths|mathematics|mathematical|physics|astrophysics|physicist|mathematician|probability"],
    ),
    row(Cue::InStatistics, &["statistics|stats|statistical|statistician|biostatistics"]),
    row(
        Cue::InCs,
        &[
            "cs|cse|informatics|computing|it",
            "software engineering|development",
            "computer engineering|engineer",
            "electrical_engineering_and_cs|eecs",
        ],
    ),
    row(
        Cue::InQuantitative,
        &[
            "economics|econ|econometrics|finance|actuarial|chemistry|engineering|robotics|neuroscience|bioinformatics|geophysics|astronomy|quantitative|accounting|operations_research|ee|ece|mechatronics|biophysics|meteorology|geology|biotech|biochemistry|biotechnology",
            "electrical|mechanical|chemical|civil|aerospace|industrial|biomedical|electronics|materials|environmental engineering|engineer",
            "computational|quantitative _",
            "cognitive science",
        ],
    ),
    row(
        Cue::InOther,
        &[
            "history|english|law|psychology|medicine|medical|literature|philosophy|art|arts|music|linguistics|sociology|politics|political|marketing|nursing|journalism|communications|communication|education|anthropology|theology|humanities|languages|business|management|mba|biology|geography|design|pharmacy|architecture|archaeology|theatre|film|social_science|social_sciences|international_relations|classics|criminology|french|german|spanish",
        ],
    ),
];
