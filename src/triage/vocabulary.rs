//! The words used in phrases: classes, terms of several words, contractions, numbers, key words with typo correction.

use std::ops::RangeInclusive;

/// A class of words, and its members. A word can be in up to three classes.
pub const CLASSES: &[(&str, &str)] = &[
    ("@field", "ml ai dl ds aiml mlai nlp rl llm llms genai mlops datascience machinelearning deeplearning"),
    (
        "@topic",
        "nn python pytorch tensorflow keras sklearn math maths mathematics statistics stats programming coding kaggle algebra calculus robotics bots chatbots",
    ),
    ("@i", "i we me my myself"),
    ("@be", "am is are was be being been"),
    ("@can", "can do does did should would could shall must might will to"),
    ("@who", "i we you one someone somebody people he she they anyone"),
    ("@degree", "phd phds doctorate doctoral dphil mphil masters msc bachelors bsc degree"),
    (
        "@another",
        "supervisor supervisors advisor adviser professor professors manager boss friend friends he she they teacher teachers \
         colleague colleagues everyone people someone others mum mom mother dad father parents brother sister uncle aunt \
         cousin wife husband girlfriend boyfriend roommate son daughter",
    ),
    ("@kin", "son daughter kid child brother sister nephew niece cousin student grandson granddaughter boy girl"),
    (
        "@want",
        "want wants wanted wanting wish hope hoping hopes aim aiming plan planning plans intend intending decided dream dreaming aspire aspiring aspires try trying tries love like looking look thinking consider considering need going interested keen eager willing determined",
    ),
    (
        "@learn",
        "learn learning study studying pursue pursuing enter entering join start starting begin beginning explore exploring understand master dive diving jump delve transition transitioning switch switching pivot pivoting move moving specialize specialise",
    ),
    ("@good", "good best great better right recommended suitable decent solid useful proper ideal"),
    (
        "@source",
        "resource resources book books textbook textbooks course courses tutorial tutorials mooc moocs website websites video videos material materials bootcamp bootcamps certificate certificates certification certifications youtube channels playlist playlists specialization nanodegree lectures",
    ),
    (
        "@degree",
        "degree degrees major majors bachelor bachelors bsc btech undergrad undergraduate masters msc ms phd doctorate university college uni school programme program",
    ),
    (
        "@trade",
        "accountant nurse teacher electrician plumber carpenter mechanic driver lawyer doctor pharmacist dentist physicist biologist chemist mathematician linguist economist psychologist neuroscientist statistician dev developer programmer engineer analyst dataanalyst designer artist musician writer journalist photographer veteran consultant manager sysadmin dba tester admin architect student undergrad undergraduate graduate grad pilot chef soldier retiree hobbyist actuary trader salesman freelancer librarian translator geologist farmer translator",
    ),
    ("@teen", "thirteen fourteen fifteen sixteen seventeen"),
    ("@job", "job jobs role roles position positions internship internships career careers work employment gig"),
    (
        "@and",
        "and but so now or then also who currently right in from with living here looking trying at doing studying going wanting wondering interested",
    ),
];

/// Terms of several words, and the word that replaces each.
pub const MERGES: &[(&str, &str)] = &[
    ("machine learning", "ml"),
    ("machine learn", "ml"),
    ("machines learning", "ml"),
    ("machine intelligence", "ml"),
    ("deep learning", "dl"),
    ("deep neural networks", "dl"),
    ("artificial intelligence", "ai"),
    ("artificial inteligence", "ai"),
    ("artificial intelligent", "ai"),
    ("a i", "ai"),
    ("gen ai", "genai"),
    ("generative ai", "genai"),
    ("data science", "ds"),
    ("data sciences", "ds"),
    ("data analytics", "ds"),
    ("data analysis", "ds"),
    ("neural networks", "nn"),
    ("neural network", "nn"),
    ("neural nets", "nn"),
    ("neural net", "nn"),
    ("computer vision", "nlp"),
    ("reinforcement learning", "rl"),
    ("deep rl", "rl"),
    ("language processing", "nlp"),
    ("natural language processing", "nlp"),
    ("large language models", "llms"),
    ("language models", "llms"),
    ("computer science", "cs"),
    ("computer sciences", "cs"),
    ("comp sci", "cs"),
    ("compsci", "cs"),
    ("information technology", "it"),
    ("high school", "highschool"),
    ("high schooler", "highschooler"),
    ("high schoolers", "highschooler"),
    ("secondary school", "highschool"),
    ("middle school", "highschool"),
    ("junior high", "highschool"),
    ("senior high", "highschool"),
    ("grammar school", "highschool"),
    ("sixth form", "sixthform"),
    ("6th form", "sixthform"),
    ("a level", "alevels"),
    ("a levels", "alevels"),
    ("data scientist", "mlrole"),
    ("data scientists", "mlrole"),
    ("data analyst", "dataanalyst"),
    ("data engineer", "dataengineer"),
    ("data engineering", "dataengineer"),
    ("ph d", "phd"),
    ("self taught", "selftaught"),
    ("self study", "selfstudy"),
    ("self studying", "selfstudy"),
    ("self learning", "selfstudy"),
    ("self learner", "selftaught"),
    ("road map", "roadmap"),
    ("side project", "sideproject"),
    ("side projects", "sideproject"),
    ("open source", "opensource"),
    ("open sourced", "opensourced"),
    ("free time", "sparetime"),
    ("spare time", "sparetime"),
    ("web dev", "webdev"),
    ("web developer", "webdev"),
    ("web development", "webdev"),
    ("grad school", "gradschool"),
    ("graduate school", "gradschool"),
];

/// Lists used inside phrases.
pub const NAMED: &[(&str, &str)] = &[
    (
        "{insider}",
        "mlrole|mle|@field_engineer|@field_scientist|@field_researcher|@field_practitioner|research_engineer",
    ),
    ("{field}", "@field|nn|this_field|the_field|this_area|this_domain|that_field"),
    ("{subject}", "@field|@topic|all_this|this_stuff|this_field|the_field|this"),
    (
        "{role}",
        "dataanalyst|dataengineer|mlrole|mle|@field_engineer|@field_engineers|@field_engineering|@field_developer|@field_dev|@field_expert|@field_specialist|@field_practitioner|@field_scientist|@field_professional|@field_consultant|research_engineer",
    ),
    (
        "{enter}",
        "get_into|getting_into|get_in_to|got_into|go_into|break_into|breaking_into|get_started|getting_started|get_start|start|starting|started|begin|beginning|enter|entering|dive_into|diving_into|jump_into|move_into|moving_into|transition|transitioning|switch|pivot|venture_into|step_into|become|becoming|approach|kickstart|go_about|proceed|prepare|learn|study|self_learn|teach_myself|dip_my_toes",
    ),
    (
        "{in}",
        "in|into|with|on|to|at|about|for|from|toward|towards|my|a|an|the|learning|doing|studying|using|work|working",
    ),
];

/// A class of numbers, the suffixes allowed after the digits, and its range.
pub const NUMBERS: &[(&str, &[&str], RangeInclusive<u32>)] = &[
    ("@teen", &[""], 9..=17),
    ("@eighteen", &[""], 18..=18),
    ("@adult", &[""], 19..=75),
    ("@grade", &[""], 7..=12),
    ("@year", &[""], 8..=13),
    ("@nth", &["th", "st", "nd", "rd"], 7..=12),
    ("@teenyo", &["yo", "y", "yr", "yrs", "m", "f", "yrold", "yearold"], 9..=17),
    ("@adultyo", &["yo", "y", "yr", "yrs", "m", "f", "yrold", "yearold"], 19..=75),
    ("@num", &[""], 0..=1_000_000),
    ("@part", &["st", "nd", "rd", "th"], 1..=6),
];

/// The short form, whether it needs an apostrophe to count, and its full form.
pub const CONTRACTIONS: &[(&str, bool, &[&str])] = &[
    ("im", false, &["i", "am"]),
    ("iam", false, &["i", "am"]),
    ("ive", false, &["i", "have"]),
    ("id", true, &["i", "would"]),
    ("ill", true, &["i", "will"]),
    ("youre", false, &["you", "are"]),
    ("were", true, &["we", "are"]),
    ("weve", false, &["we", "have"]),
    ("hes", false, &["he", "is"]),
    ("shes", true, &["she", "is"]),
    ("theres", false, &["there", "is"]),
    ("whats", false, &["what", "is"]),
    ("wheres", false, &["where", "is"]),
    ("hows", false, &["how", "is"]),
    ("dont", false, &["do", "not"]),
    ("doesnt", false, &["does", "not"]),
    ("didnt", false, &["did", "not"]),
    ("cant", false, &["can", "not"]),
    ("cannot", false, &["can", "not"]),
    ("wont", false, &["will", "not"]),
    ("isnt", false, &["is", "not"]),
    ("arent", false, &["are", "not"]),
    ("wasnt", false, &["was", "not"]),
    ("havent", false, &["have", "not"]),
    ("wouldnt", false, &["would", "not"]),
    ("shouldnt", false, &["should", "not"]),
    ("wanna", false, &["want", "to"]),
    ("gonna", false, &["going", "to"]),
    ("gotta", false, &["need", "to"]),
    ("u", false, &["you"]),
    ("n", false, &["and"]),
    ("r", false, &["are"]),
    ("abt", false, &["about"]),
    ("hwo", false, &["how"]),
    ("wat", false, &["what"]),
    ("wher", false, &["where"]),
    ("strat", false, &["start"]),
    ("lern", false, &["learn"]),
    ("lrn", false, &["learn"]),
    ("scrach", false, &["scratch"]),
    ("wana", false, &["want", "to"]),
    ("tryna", false, &["trying", "to"]),
    ("cuz", false, &["because"]),
    ("smth", false, &["something"]),
    ("hw", false, &["how"]),
    ("becom", false, &["become"]),
    ("ur", false, &["your"]),
    ("pls", false, &["please"]),
    ("plz", false, &["please"]),
    ("uni", false, &["university"]),
    ("phds", false, &["phd"]),
    ("master", false, &["masters"]),
    ("bachelor", false, &["bachelors"]),
    ("mtech", false, &["masters"]),
    ("beginer", false, &["beginner"]),
];

/// Words that deny the next words.
pub const DENIERS: &[&str] = &["not", "no", "never", "without", "neither", "nor", "isnt", "nt"];

/// Words that can be between a denial and the denied word.
pub const BETWEEN: &str = "want wanting have having has had at hold interested looking planning plan going for about a an the really particularly care aiming to be become becoming necessarily getting get trying intend of any into as pursue pursuing do doing seeking in another need some actually my full time";

/// Key words whose typos are corrected: one letter added, missing or changed, or two swapped.
pub const KEY_WORDS: &str = "machine learning artificial intelligence science scientist computer engineer engineering \
    beginner beginners career degree college university student research researcher masters doctorate resources resource \
    interested recommend recommendation advice roadmap programming experience started starting getting background \
    mathematics statistics tutorial tutorials project projects hobby internship professional transition industry \
    education undergraduate bachelors physics guidance suggestions question questions knowledge highschool graduate \
    language neural networks network where should become working developer software";
