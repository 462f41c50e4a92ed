//! Detects the language of a text by its letters and most common words. Has the question in that language: that Cairn
//! reads English, and the four guides.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Track;

/// A language and its texts.
#[derive(Debug)]
pub struct Language {
    /// Its two-letter code.
    pub code: &'static str,
    /// Its most common words, with those for asking how to begin; empty if its letters identify it.
    words: &'static str,
    /// Says that Cairn reads English, and asks which guide.
    pub question: &'static str,
    /// The labels of the four tracks.
    pub labels: [&'static str; 4],
    /// The label for “none of these”.
    pub none: &'static str,
}

/// English words, to tell English from the other languages.
const ENGLISH: &str = "the and to of is i for how what my it with you can be have this that want are from get into where should but not at was would im about any just am";

const fn language(
    code: &'static str,
    words: &'static str,
    question: &'static str,
    labels: [&'static str; 4],
    none: &'static str,
) -> Language {
    Language { code, words, question, labels, none }
}

#[rustfmt::skip]
static LANGUAGES: [Language; 10] = [
    language("es", "el la los las de que y en un una por para con como cómo soy estoy quiero puedo empiezo empezar aprender dónde donde qué si mi me es del al pero más carrera ingeniería estudiante desde cero aprendizaje automático",
        "Cairn de momento solo lee inglés; las guías también están en inglés. ¿Cuál de las cuatro es para ti?",
        ["Estoy en el colegio o instituto y pienso en el futuro", "Un trabajo o una carrera en la industria", "Investigación: doctorado, artículos", "Por afición, o para un proyecto propio"], "Ninguna de estas"),
    language("pt", "o os as começo comecei de que e em um uma por para com como sou estou quero posso começar aprender onde qual se meu minha é do da no na mas mais carreira engenharia estudante zero aprendizado eu não você máquina",
        "Por enquanto o Cairn só lê inglês; os guias também estão em inglês. Qual dos quatro é para você?",
        ["Estou na escola e penso no futuro", "Um emprego ou uma carreira na indústria", "Pesquisa: doutorado, artigos", "Por diversão, ou para um projeto meu"], "Nenhuma destas"),
    language("fr", "le la les de des que et en un une pour par avec comment je suis veux peux commencer apprendre où ou quel quelle si mon ma est du au mais plus carrière ingénieur étudiant débuter devenir dans ce cest quoi faut",
        "Cairn ne lit pour l'instant que l'anglais ; les guides aussi sont en anglais. Lequel des quatre est pour vous ?",
        ["Je suis au lycée et je pense à l'avenir", "Un emploi ou une carrière dans l'industrie", "La recherche : thèse, articles", "Pour le plaisir, ou pour un projet à moi"], "Aucun de ceux-ci"),
    language("de", "der die das und ich ist nicht ein eine mit für von zu wie kann möchte will lernen anfangen fange an wo was soll mein meine bin auf im dem den aber oder als ins maschinellem maschinelles einsteigen werde studium beruf schüler",
        "Cairn liest bisher nur Englisch; auch die Leitfäden sind auf Englisch. Welcher der vier ist für dich?",
        ["Ich gehe zur Schule und denke an die Zukunft", "Eine Stelle oder Laufbahn in der Industrie", "Forschung: Promotion, Veröffentlichungen", "Aus Spaß, oder für ein eigenes Projekt"], "Keiner davon"),
    language("id", "yang dan di ini itu saya aku untuk dengan bagaimana cara belajar mulai dari mana apa bisa ingin mau tidak ada jadi adalah ke kuliah mahasiswa pemula gimana kerja tolong",
        "Saat ini Cairn hanya membaca bahasa Inggris; panduannya juga berbahasa Inggris. Yang mana dari keempatnya untuk Anda?",
        ["Saya masih sekolah dan memikirkan masa depan", "Pekerjaan atau karier di industri", "Riset: S3, makalah", "Untuk hobi, atau untuk proyek sendiri"], "Bukan semuanya"),
    language("tr", "ve bir bu için ile ben nasıl başlarım başlamalıyım öğrenmek öğrenebilirim istiyorum ne nereden nerede mi mı da de ama çok daha makine öğrenmesi öğrenimi yapay zeka olmak öğrenciyim sıfırdan kariyer",
        "Cairn şimdilik yalnızca İngilizce okuyor; rehberler de İngilizce. Dördünden hangisi sana uygun?",
        ["Okuldayım ve geleceğimi düşünüyorum", "Sektörde bir iş ya da kariyer", "Araştırma: doktora, makale", "Eğlence için ya da kendi projem için"], "Hiçbiri"),
    language("hi", "",
        "Cairn अभी केवल अंग्रेज़ी पढ़ता है; गाइड भी अंग्रेज़ी में हैं। इन चार में से कौन-सी आपके लिए है?",
        ["मैं स्कूल में हूँ और भविष्य के बारे में सोच रहा/रही हूँ", "उद्योग में नौकरी या करियर", "शोध: पीएचडी, शोधपत्र", "शौक के लिए, या अपने प्रोजेक्ट के लिए"], "इनमें से कोई नहीं"),
    language("zh", "",
        "Cairn 目前只能读英文，指南也是英文的。以下四份指南中，哪一份适合你？",
        ["我还在上中学，在考虑未来", "在业界工作或发展职业", "科研：读博、发论文", "出于兴趣，或为自己的项目"], "都不是"),
    language("ru", "",
        "Cairn пока читает только по-английски; руководства тоже на английском. Какое из четырёх для вас?",
        ["Я учусь в школе и думаю о будущем", "Работа или карьера в индустрии", "Исследования: аспирантура, статьи", "Для удовольствия или для своего проекта"], "Ничего из этого"),
    language("ar", "",
        "يقرأ Cairn الإنجليزية فقط حتى الآن، والأدلة بالإنجليزية أيضًا. أيّ الأدلة الأربعة يناسبك؟",
        ["أنا في المدرسة وأفكر في المستقبل", "وظيفة أو مسار مهني في الصناعة", "البحث العلمي: دكتوراه وأوراق بحثية", "للمتعة، أو لمشروع خاص بي"], "لا شيء من هذه"),
];

/// The words of all lists, with their lists: one bit for each language, and the last bit for English.
static KNOWN: LazyLock<HashMap<&'static str, u16>> = LazyLock::new(|| {
    let lists = LANGUAGES.iter().map(|language| language.words).chain([ENGLISH]).enumerate();
    let mut known = HashMap::new();
    for (list, word) in lists.flat_map(|(list, words)| words.split(' ').map(move |word| (list, word))) {
        *known.entry(word).or_insert(0) |= 1 << list;
    }
    known
});

/// The language with this code.
pub fn of(code: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.code == code)
}

/// The label of a track's button.
pub fn label(language: &Language, track: Track) -> &'static str {
    language.labels[track as usize]
}

/// The language of a text that is not English: one that Cairn has texts in, or `other`.
pub fn of_text(title: &str, body: &str) -> Option<&'static str> {
    // The beginning of a long text is enough.
    let chars = || title.chars().chain([' ']).chain(body.chars()).take(2_000);
    let letters = chars().filter(|c| c.is_alphabetic()).count();
    let foreign = chars().filter(|c| c.is_alphabetic() && !is_latin(*c)).count();
    if foreign * 10 > letters * 3 && foreign >= 2 {
        return Some(by_letters(chars()));
    }
    let text: String = chars().flat_map(char::to_lowercase).filter(|c| !matches!(c, '\'' | '’')).collect();
    let mut words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    let mut counts = [0_usize; LANGUAGES.len() + 1];
    for lists in words.iter().filter_map(|word| KNOWN.get(word)) {
        counts.iter_mut().enumerate().for_each(|(i, count)| *count += usize::from(lists >> i & 1));
    }
    let (english, counts) = counts.split_last()?;
    let (best, language) = counts.iter().zip(&LANGUAGES).max_by_key(|(count, _)| **count)?;
    let enough = *best >= 2 && *best > english * 3 / 2 && best * 4 >= words.len();
    enough.then_some(language.code)
}

/// Characters that only Japanese uses.
const KANA_LIKE: &str = "々気図実発対検験読売転変応単経続覚黒関広両歩働込円駅択価団";
/// Characters that Japanese shares with traditional Chinese, and characters that it shares with simplified Chinese. A
/// text with both is Japanese.
const ONCE_FULL: &str = "機習問題語書業開間門時動無計専門電車東長馬鳥魚見話説論資質費頭類";
const NOW_SHORT: &str = "学数国会来点当区号体万与医声旧虫";

fn is_latin(c: char) -> bool {
    c < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&c) || ('\u{ff00}'..'\u{ff60}').contains(&c)
}

fn by_letters(chars: impl Iterator<Item = char> + Clone) -> &'static str {
    let count = |ranges: &[std::ops::RangeInclusive<char>]| {
        chars.clone().filter(|c| ranges.iter().any(|range| range.contains(c))).count()
    };
    let scripts = [
        ("hi", count(&['\u{900}'..='\u{97f}'])),
        ("ru", count(&['\u{400}'..='\u{52f}'])),
        ("ar", count(&['\u{600}'..='\u{6ff}', '\u{750}'..='\u{77f}'])),
        ("zh", count(&['\u{4e00}'..='\u{9fff}', '\u{3400}'..='\u{4dbf}'])),
    ];
    // Japanese uses Chinese characters, too.
    let has = |some: &str| chars.clone().any(|c| some.contains(c));
    let is_japanese = has(KANA_LIKE) || count(&['\u{3040}'..='\u{30ff}']) > 0 || has(ONCE_FULL) && has(NOW_SHORT);
    let (code, most) = scripts.into_iter().max_by_key(|(_, n)| *n).unwrap_or(("other", 0));
    if most == 0 || code == "zh" && is_japanese { "other" } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_languages_are_told_from_english() {
        for (code, text) in [
            ("es", "cómo empiezo en machine learning si soy estudiante de ingeniería?"),
            ("pt", "como eu começo a aprender machine learning do zero?"),
            ("fr", "Comment devenir ingénieur en machine learning ?"),
            ("de", "Wie fange ich mit maschinellem Lernen an?"),
            ("id", "bagaimana cara mulai belajar machine learning dari nol?"),
            ("tr", "Makine öğrenmesine nasıl başlamalıyım, öğrenciyim"),
            ("hi", "मैं मशीन लर्निंग कैसे सीखूं"),
            ("zh", "机器学习怎么入门，我是高中生"),
            ("ru", "как начать изучать машинное обучение"),
            ("ar", "كيف أبدأ تعلم الآلة؟"),
            ("other", "機械学習を始めるにはどうすればいいですか"),
            ("other", "機械学習"),
            ("other", "機械学習入門"),
            ("zh", "機器學習入門"),
            ("zh", "机器学习入门"),
        ] {
            assert_eq!(of_text("", text), Some(code), "{text}");
            assert!(code == "other" || of(code).is_some());
        }
    }

    #[test]
    fn english_stays_english() {
        for text in [
            "",
            "ML",
            "help",
            "how do I get into ML?",
            "im 15 n wanna make ai like chatgpt, dad says im 2 young",
            "roadmap pls",
            "hwo to lern machien lerning form scrach",
            "Andrew Ng's course or fast.ai",
            "que?",
            "🤖🤖🤖",
            "I live in São Paulo and study at Universidade de São Paulo, how do I start?",
            "la la land dataset",
            "σ and μ of x",
        ] {
            assert_eq!(of_text("", text), None, "{text}");
        }
    }
}
