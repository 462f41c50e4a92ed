//! Parses weekdays and months as people type them, in lower case (pure).

use jiff::civil::{Date, Weekday};

/// `mon`, `tue.`, `Thursdays`: a weekday's name, or at least its first two letters.
pub fn weekday(text: &str) -> Option<Weekday> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let stem = text.strip_suffix('s').filter(|stem| stem.ends_with("day")).unwrap_or(text);
    let fits = |day: &Weekday| {
        let name = name(*day).to_lowercase();
        stem.chars().count() >= 2 && name.starts_with(stem) && (stem.len() <= 5 || stem == name)
    };
    Weekday::Monday.cycle_forward().take(7).find(fits)
}

/// `mar`, `sept`, `march`: at least the first three letters of a month's name. Returns 1 to 12.
pub fn month(text: &str) -> Option<i8> {
    let name = |month: i8| Date::constant(2024, month, 1).strftime("%B").to_string().to_lowercase();
    (1..=12).find(|month| text.len() >= 3 && name(*month).starts_with(text))
}

/// The name of a weekday.
pub fn name(day: Weekday) -> String {
    // Any date with this weekday will do.
    let date =
        Date::constant(2024, 1, 1).nth_weekday(1, day).or_else(|_| Date::constant(2024, 1, 1).nth_weekday(2, day));
    date.map(|date| date.strftime("%A").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_of_names_are_names() {
        let days = [("mo", 0), ("tue.", 1), ("wednesdays", 2), ("thurs", 3), ("sunday", 6)];
        for (text, day) in days {
            assert_eq!(weekday(text).map(|day| day.to_monday_zero_offset()), Some(day), "{text}");
        }
        assert_eq!(["m", "xy", "mondayish", "days"].map(weekday), [None; 4]);
        assert_eq!(["mar", "sept", "may", "december"].map(month), [Some(3), Some(9), Some(5), Some(12)]);
        assert_eq!(["ma", "marchy", "x"].map(month), [None; 3]);
    }
}
