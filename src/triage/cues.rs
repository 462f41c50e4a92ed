//! Evidence for “getting started”: phrases with weights in log-odds.
//!
//! A row's first match in a body has the full weight; the next matches have half, a quarter, and so on. The weights
//! are set by judgement from what the four guides are for; they are not fitted.

use super::Track;
pub use super::vocabulary::*;

/// The kind of evidence. Several rows can have the same cue; [`super::model`] combines them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[rustfmt::skip]
pub enum Cue {
    // For getting started.
    Start, Goal, Where, Path, Novice, Want, StudyChoice, Prerequisite, Resource, Advice, Background, Worry,
    // Parts that count only in combination.
    Ask, Plea, You, Wish, Enter, Field, Subject, Person,
    // Against.
    Symptom, Technical, HowTo, Show, Advert, Share, Success, Ama, Paper, Thread, Hardware, Homework, Opinion, Survey, Venting, Insider, Admission, Backdrop, Headline,
    // Aims, see `aims`.
    School, SchoolHint, Grown, Job, Switch, Study, Research, Fun, Own, Future,
    // Degrees and their subjects, see `degree`.
    Phd, Masters, Undergraduate, InMl, InStatistics, InMaths, InCs, InQuantitative, InOther,
}

/// Phrases that are the same evidence with the same weight.
#[derive(Debug)]
pub struct Row {
    /// The kind of evidence.
    pub cue: Cue,
    /// Log-odds for "getting started".
    pub weight: f64,
    /// A track, and the points for it.
    pub aim: Option<(Track, f64)>,
    /// The phrases, in the notation of [`super::phrase_finder`].
    pub phrases: &'static [&'static str],
}

const fn row(cue: Cue, weight: f64, phrases: &'static [&'static str]) -> Row {
    Row { cue, weight, aim: None, phrases }
}

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    row(Cue::Start, 2.6, &[
        "how @can @who? _? {enter} {in}? {in}? {field}", "how @can @who? go_about {in}? learning|getting|starting",
        "how @can @who? _? get_into|break_into|get_started|start|begin|get_in {in}? {in}? {subject}",
        "how @can @who? _? become {in}? {role}", "how to _? {enter} {in}? {in}? {field}",
        "how to get_into|break_into|become {in}? {in}? {subject}|{role}",
        "how @can|to @who? _? get|land|find|prepare_for|score|secure a|an|my|the? _? @job _? _? {field}|{role}", "get|getting|land|landing|find|finding a|an|my|the|into? _? @job in|as|with {in}? {field}|{role}",
        "{enter} {in}? {in}? {field} as_a|with_no|without|from_scratch|from_zero|in_@num",
        "getting_started|get_started|getting_into|get_into|starting_out|start_out|breaking_into|break_into {in}? {in}? {field}",
        "@want to? {enter} {in}? {in}? {field}",
        "@want in|to learning|studying|pursuing|entering|getting_into|getting_started|becoming {in}? {in}? {field}",
        "@want to? become|becoming|be|work_as {in}? _? {role}",
        "best|good|right|easiest|fastest|ideal|proper way|path|route|approach|order|method to {enter} {in}? {in}? {subject}",
        "start|begin|starting|started my|our|a|the|this? @field? journey|career|path", "@field journey",
    ]),
    // An aim without a question: "want to move to ML research", "accountant, 40, thinking of data science".
    row(Cue::Goal, 1.5, &[
        "@want to? do|work|study|end_up|make_it|go|get|move|switch|break|be|pivot|specialize|specialise|transition|jump|return|research _? _? {field}|{role}",
        "@want a|an|my|the|to? _? career|job|future|phd|masters|degree|research|work in|on|with? _? {field}|{role}",
        "@want {field} / later|someday|one_day|eventually|as_a|when|after|in|for|to|$", "^ want|wanting|wanna|hoping|planning|trying|looking to|in|for? _? _? {field}|{role}",
        "dream|goal|plan|aim|ambition is|of|job|to|would_be|for _? _? _? _? {field}|{role}|researcher|scientist",
        "switching|switch|move|moving|pivot|pivoting|transition|transitioning|jump|change|changing|retrain|retraining|leap|shift _? _? _? to|into|toward|towards|for|as|in {in}? _? {field}|{role}",
        "^ from _ _? _? to|into {field}|{role}", "future in|with|for {field}", "{field} later|someday|one_day|eventually|for_a_living|when_i|when_im|as_a_career",
        "aspiring|wannabe|prospective|budding {role}|@field",
        "get|getting|go|going|come|coming|dive|diving|back|move|moving|break|breaking into|in_to {in}? {field}|{role} / $|someday|one_day|somehow|now|asap|eventually|as|from|with|at|after|but|and|or",
        "@want to? make|build|create|train|teach|code|write a|an|my|the|some _? bot|ai|agent|computer|nn|robot|program that|which|to|who? play|plays|learn|learns|paint|paints|recognize|recognizes|recognise|recognises|beat|beats|drive|drives|talk|talks|draw|draws|sort|sorts", "obsessed|in_love|hooked with|on|by {field}", "hired|employable|employed as|in {in}? _? {field}|{role}", "become|becoming|be {in}? _? {role}|researcher|scientist / $|one_day|someday|in|without|with|at|from|when",
        "make|make_a @field my career|job|profession|living",
    ]),
    row(Cue::Where, 2.0, &[
        "where @can @who? _? start|begin|learn|go", "where to? start|begin",
        "how @can @who? _? start|begin|get_started $", "how @can @who? _? get_started|getting_started",
        "how to start $", "how to get_started|begin",
        "what @can @who? _? learn|study|start_with|do first|next|now|before|to",
        "what @can @who? _? learn|study|focus_on|start_with", "what should|could|can|do i learn|study",
        "which @can @who? _? learn|start_with|study|take|begin_with", "what|which is|are? the? first step|steps",
        "how realistic|hard|feasible|difficult|likely is|are|would", "good|best|easy|simple starting|first|beginner project|projects|point|steps|step|book|books|course", "is|are _? _? important|needed|required|necessary|essential for|in {field}", "first steps", "what to learn|study",
        "what|which things|skills|topics|subjects|concepts|languages|language should|do|would|must|to i|we|one|someone|learn|know|study",
        "starting point", "place|places to start|begin", "point me in|to|towards the|a right|correct? direction",
        "should i start|begin with|by|from|learning|studying",
        "should i learn|study|pursue|go_into|get_into|specialize", "what next",
        "do not|nt know where|how|what to", "^ what|which|where|how @can|to? _? learn|read|study|do|start|begin|prepare|proceed|cover|take|know first|now|next|before|$", "where|how to|do_i|should_i|would_i|could_i|can_i|do|would|should|does i|one|someone|we|you? _? _? start|begin|prepare|proceed|approach|get_going|get_started", "in what|which order", "what|which maths|math|skills|subjects|topics|languages @can|am|is|are i|we|she|he|missing", "what do i need", "what should|could|can|would i|she|he|we|someone _? _? cover|know|be|study|learn|read|take|aim", "with which _? would|should|to", "which @source first", "what now", "no idea|clue where|how|what to? to",
        "how @can|long|much|hard|difficult|feasible|realistic _? _? _? learn|start|get_into|become",
        "am i too old|late|young|dumb", "too late|old to",
        "is it too|to? possible|late|hard|worth|realistic|feasible|necessary|better|enough|worthwhile to? start_learning|learn|get_into|start|become|pursue|learning|getting_into|study|break|switch|pursuing|studying|get_a|starting",
        "what is|are the? prerequisites",
    ]),
    row(Cue::Path, 1.5, &[
        "roadmap", "learning|study|career|learn path|paths|plan|track|route|roadmap|advice|guidance|options|pathway",
        "curriculum|syllabus", "selfstudy", "from scratch|zero",
        "from zero|beginner|noob to hero|pro|advanced|expert", "career in|as {in}? {field}", "@field career",
        "path to|for|towards|into {in}? {in}? {field}|{role}", "step by step guide|plan|path",
    ]),
    row(Cue::Novice, 1.0, &[
        "complete|total|absolute|full|utter|real beginner|newbie|noob|novice|newcomer",
        "beginner|newbie|noob|novice|newcomer|beginners", "i am _? _? new to|in|at {in}? {subject}",
        "new to|in {in}? {field}", "new here", "just|only starting|started|beginning|began out?",
        "never did|done|touched|trained|used|tried|studied|learned any|a|an? {field}|model|@topic|it", "total|complete newbie|noob|beginner", "idk|know_nothing anything|nothing|about|a_thing", "not|nt know _? _? first thing", "first time", "about to begin|start", "zero|no {field}|coding|maths|math|programming",
        "no|zero|little|any|without|minimal|limited prior|previous|coding|programming|@field? experience|background|knowledge",
        "not|nt have|know|having a|any|much? background|experience|degree|anything|much",
        "know|knew nothing|little about|of",
        "non_technical|nontechnical|non_tech|non_cs background|person|guy|degree?",
        "without a|any? degree|background|phd|experience|math", "starting|learning from scratch|zero|nothing",
        "selftaught",
    ]),
    row(Cue::Want, 1.1, &[
        "i|am|also|really|have|been @be? _? @want to|in|for|on _? learn|study|get|start|become|pursue|work|learning|studying|getting|becoming|pursuing|working|{field}|switch|go|enter|dive|build|specialize|specialise|transition|move|break",
        "i @be? _? @want in|to|about? _? {field}", "i would like|love to", "interested in|about {in}? {field}",
        "interest in {field}", "fascinated|intrigued|passionate|curious|excited by|with|about|in {in}? {field}",
        "my goal|dream|aim|ambition|plan is", "want|wants|wanting|hoping|like|love to work|be in {field}",
        "thinking|considering|think about|of? doing|learning|getting|studying|taking|a|switching|pursuing|going|becoming",
        "got|getting interested|into in? {field}", "@kin wants|wanted|is_interested|loves|asked",
    ]),
    row(Cue::StudyChoice, 1.6, &[
        "which|what _? @degree|stream|specialization|subject|subjects|branch|minor _? is|are|should|would|do|to|for|can",
        "is|are a|an|my|the? _? @degree|certificate|certification|bootcamp _? worth|enough|necessary|needed|required|important|useful|sufficient|helpful|valuable|mandatory",
        "need|require|must|have|necessary|needed a|an|to|my|the? have|get|do|a? a? _? @degree to|for|in|if|$",
        "should i|he|she|they do|get|pursue|take|go|major|apply|choose|pick|study|minor|drop|finish|quit for|in|to? a|an|my|the? _? @degree|cs|math|statistics|economics|physics|engineering|minor",
        "@degree or|vs|versus _? @degree|bootcamp|selfstudy|selftaught|job|work|math|cs",
        "cs or|vs math|maths|statistics|physics|ds|@field",
        "math|maths|statistics|physics or|vs cs|@field|statistics|math",
        "get|getting in|into a? grad|masters|phd|gradschool _? program|programs|school",
        "apply|applying for|to a? _? _? masters|phd|gradschool|programs|program|university|universities|college|colleges",
    ]),
    row(Cue::StudyChoice, 1.0, &[
        "masters|msc|ms|phd|degree|bachelors|major|minor in {field}",
        "@field masters|msc|degree|program|programs|major|minor|phd",
    ]),
    row(Cue::Prerequisite, 1.1, &[
        "how much|good|strong|well|deep _? math|maths|mathematics|statistics|stats|programming|coding|python|calculus|algebra|theory",
        "prerequisites|prerequisite|prereqs|pre_requisites|pre_reqs",
        "what|which math|maths|mathematics|programming|skills|language|languages|background|kind_of_math|level_of_math|math_topics",
        "math|maths|mathematics|statistics|calculus|algebra|programming for|needed|required|necessary|do|should|to learn|in {field}|in|for|learn|i",
        "need|have|required|necessary to know|learn|be|understand _? _? _? math|maths|mathematics|calculus|algebra|statistics|good|programming|python|coding|cs|degree",
        "bad|suck|weak|terrible|poor|good at|in math|maths|mathematics|coding|programming",
        "skills needed|required|necessary|i_need|to_learn|to_have",
    ]),
    row(Cue::Resource, 0.9, &[
        "@good _? _? @source",
        "@source to|for|on|about learn|learning|beginners|beginner|{in}? {subject}|start|starting|get|someone|self|a_beginner|newbies|me",
        "recommend|recommendation|recommendations|suggest|suggestions|suggestion for|on|me|any|some|a|the? _? _? @source|beginner|me|where|starting|{field}",
        "any|some|what|which _? _? @source should|do|would|to|for|you|are|is|that|i|recommend",
        "any _? recommendations|recommendation|suggestions|recs|resources",
        "is|has anyone? _? _? course|book|specialization|bootcamp|program|nanodegree _? worth|good|enough|any|taken",
        "learn|learning|study|studying {in}? {subject}", "free? course|courses|book|books|resource|resources|tutorial|videos|class for _? newbies|noobs|beginners|newcomers|starters|someone", "andrew ng|ngs course|courses|class|specialization|ml?",
        "books to read", "what course|courses|book|books",
    ]),
    row(Cue::Advice, 0.6, &[
        "any|some|your|need|seeking|looking|want|for|give|me|appreciate|career|would|love advice|tips|guidance|suggestions|help|pointers|insight|input|recommendations",
        "advice|guidance|help|suggestions|tips|pointers|insights|feedback is|would|appreciated|greatly|please|welcome|on|for|from",
        "guide|help|advise|enlighten me", "please help|guide|advise|suggest", "thanks in advance",
        "what would you do|recommend|suggest|advise", "am i on|doing the? right", "mentor|mentorship", "how did you",
        "if you were|had|could to? start", "someone|anyone _? guide|help|recommend|suggest|advise|point|explain_how",
        "what do you recommend|suggest", "like to|some? know|hear how|what|where|from|your|which",
    ]),
    row(Cue::Worry, 0.7, &[
        "overwhelmed|overwhelming|intimidated|intimidating",
        "feel|feeling|am|so|bit|completely|totally|kinda|really lost|stuck|confused|hopeless|overwhelmed",
        "so many|much @source|options|information|things|paths|stuff", "impostor|imposter",
        "can i|someone|people|anyone|you still|even|really|actually? learn|become|get|make|do|study|work|break|enter",
        "do i|you|people|we really|actually|still? need|have", "is it too late",
        "is there any|a|still? hope|chance|way|point|future|room",
        "realistic|feasible|possible for|to someone|me|get|become|learn|land",
    ]),
    // Choices that people both inside and outside the field have.
    row(Cue::Worry, 0.8, &[
        "should i take|do|go_for|get|focus|go", "what should|could|can|do i do", "choose|choosing|pick|picking|deciding|decide|stuck|torn between",
        "is it too? possible|late|hard|worth|realistic|feasible|necessary|better|enough|worthwhile to? do|doing|getting|get|work|have|know|it",
    ]),
    row(Cue::Background, 0.5, &[
        "i have|has|had|got a|an|my|some|no|@num|decent|strong|basic|good|solid? _? _? background|degree|experience|knowledge|bachelors|masters|bsc|btech|diploma",
        "i am|was a|an|currently|just|about|in|finishing|studying|doing|working|@adult|@eighteen _? _? student|engineer|developer|graduate|year|years|old|physics|finance|programmer|analyst|undergrad|freshman|sophomore|doctor|teacher|accountant|bachelors|university|college|degree|school",
        "i|just|recently graduated|finished|completed|studied|majored|work|worked|dropped|did",
        "my background|experience|degree|major|education|qualifications|skills",
        "currently|just|am|i working|studying|doing|pursuing|enrolled|finishing|learning|learned|learnt|took|taken|know",
        "years of experience|work", "about me", "a bit of background|context|about", "background in",
        "my situation|story|question|plan|profile",
    ]),
    row(Cue::Ask, 0.3, &[
        "how|what|where|which|should|can|could|would|does|is_it|is_there|do_i|any|anyone|who|recommend|suggest|advice|tips|guidance|help|suggestions|looking_for|need|wondering|wonder",
    ]),
    // Words of people who ask for themselves. "How" and "what" alone are also used in headlines.
    row(Cue::Plea, 0.0, &[
        "how|where|what|which|when @can|is|are|would|to|do i|we|my|me|he|she|someone|somebody|one|a_beginner|people|start|begin|learn|get|study|first|next",
        "should|can|could|do|would|am|is|will i|he|she|my|someone",
        "any|some|your|which|what advice|tips|guidance|suggestions|help|pointers|insight|input|recommendations|idea|ideas|resources|books|courses|book|course|opinions|thoughts",
        "advice|guidance|help|suggestions|tips|recommendations needed|is|would|appreciated|please|wanted|on|for",
        "please|kindly help|guide|advise|suggest|tell|recommend|explain|give|share",
        "roadmap|guidance|advice|help please",
        "what|which is|are the|a|some|good|best|your best|good|right|easiest|first|way|path|order|prerequisites|steps|next", "roadmap|path|plan|resources|start|book|course|courses|books for|to|in|from|of {in}? {field}", "^ best|good|fastest|easiest|which|what|how|where|any|is|should|am|pls|plz|please|help|thoughts|tips|advice|suggestions|recommendations", "good|simple|easy|nice|first starting? project|projects|book|course|step|steps", "how realistic|hard|long|feasible|much",
        "can|could|would|does|do|has|have|did someone|anyone|you|anybody|somebody|yall|u|any",
        "recommend|recommended|suggest|advise|tell|help|guide|point|give|teach me|us|for|first",
        "i|am|we @be? need|needing|looking|wondering|seeking|wonder|confused|lost|unsure|asking|stuck|curious|struggling",
        "not|nt know|sure|certain|idea|figure|decide|understand where|how|what|which|if|whether|to", "no idea|clue",
        "i would appreciate|love|like|be", "my question|questions|doubt|dilemma",
        "thanks|thank_you in|for any|advance|your|the_help", "want|need to know",
        "need help|advice|guidance|to_learn|some|a", "is it|there", "am i", "what first|next|now",
    ]),
    // Addresses the reader, as adverts and articles do.
    row(Cue::You, 0.0, &[
        "you will|can|need|want|should|may|are|have|must|get|learn",
        "your own|career|skills|first|journey|way|knowledge|path|dream|resume|portfolio|data|team|business|next",
        "are you interested|looking|ready|new|tired|struggling|a|stuck|curious", "why you", "want to become|learn|get|start|break but|and|without|or|then|we|this|here|our", "join|register|subscribe|sign_up|book|save|follow|enroll", "this course|roadmap|article|video|tutorial|guide|post|series|book covers|teaches|is|will|explains|shows",
        "our community|course|program|newsletter|channel|website|platform|app|team|bootcamp",
    ]),
    row(Cue::Enter, 0.0, &[
        "{enter}",
        "learning|career|job|work_in|working_in|path|field|roadmap|beginner|newbie|noob|new_to|interested_in|interest_in|degree|masters|phd|transition|pursue|pursuing|courses|course|resources|studying|journey",
    ]),
    row(Cue::Field, 0.0, &["@field", "{role}"]),
    row(Cue::Subject, 0.0, &["@topic", "make|build|create|train|teach|code|write a|an|my|the|some _? bot|ai|agent|computer|nn|robot|program that|which|to|who? play|plays|learn|learns|paint|paints|recognize|recognizes|recognise|recognises|beat|beats|drive|drives|talk|talks|draw|draws|sort|sorts"]),
    row(Cue::Person, 0.0, &[
        "i", "me|my|myself", "@kin", "^ @trade", "^ _ @trade / $|here|with|who|wanting|want|wants|thinking|hoping|trying|looking|to|at|in", "^ @teen|@adult|@teenyo|@adultyo",
        "phd|masters|msc|degree|bachelors|undergrad in|student|holder|graduate|here",
    ]),
    row(Cue::Wish, 0.0, &["@want"]),
];
