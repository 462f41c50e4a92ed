//! The exact input and output of `cairn study simulate`.

use super::shown;

fn broken(file: &str) -> String {
    shown(file).expect_err("a broken line")
}

#[test]
fn prints_the_fields_of_the_contract_in_their_order() {
    let shown = shown(
        r#"{"at":"2025-03-03T10:00:00+01:00","person":"ann","event":"join","zone":"Europe/Berlin","day_start":4,"commitment":120}
{"at":"2025-03-03T11:00:00+01:00","person":"ann","event":"log","minutes":0}

{"at":"2025-03-04T23:30:00.5-05:00","person":"ann","event":"as_of"}
{"at":"2025-03-04T12:00:00Z","person":"ann","event":"log","minutes":120.0}"#,
    );
    assert_eq!(
        serde_json::to_string(&shown.expect("a whole history")[0]).expect("JSON"),
        r#"{"at":"2025-03-04T23:30:00.5-05:00","person":"ann","date":"2025-03-05","minutes":0,"streak":1,"best":1,"freezes":2,"show_up_30":1,"days":[{"date":"2025-03-03","state":"missed","minutes":0},{"date":"2025-03-04","state":"met","minutes":120},{"date":"2025-03-05","state":"open","minutes":0}],"refused":[2]}"#
    );
}

#[test]
fn three_things_are_errors_and_name_their_line() {
    let join = r#"{"at":"2025-03-03T10:00:00Z","person":"ann","event":"join","zone":"UTC"}"#;
    for (line, cause) in [
        (
            r#"{"at":"2025-03-03T11:00:00Z","person":"ann""#,
            "it is not a JSON object (column 43: EOF while parsing an object)",
        ),
        ("[]", "it is not a JSON object (column 0: invalid type: sequence, expected a map)"),
        (r#"{"at":"2025-03-03T11:00:00Z","event":"undo"}"#, "the field `person` is missing"),
        (r#"{"at":"2025-03-03T11:00:00Z","event":"as_of"}"#, "the field `person` is missing"),
        (r#"{"person":"ann","event":"undo"}"#, "the field `at` is missing"),
        (r#"{"at":"yesterday","person":"ann","event":"undo"}"#, "`yesterday` in the field `at` is not RFC 3339"),
        (r#"{"at":"2025-03-03T11:00:00Z","person":"ann"}"#, "the field `event` is missing"),
        (r#"{"at":"2025-03-03T11:00:00Z","person":"ann","event":"dance"}"#, "there is no event `dance`"),
        (r#"{"at":"2025-03-03T11:00:00Z","person":"ann","event":"log"}"#, "the field `minutes` is missing"),
        (
            r#"{"at":"2025-03-03T11:00:00Z","person":"ann","event":"log","minutes":null}"#,
            "the field `minutes` is missing",
        ),
        (r#"{"at":"2025-03-03T11:00:00Z","person":"bob","event":"join"}"#, "the field `zone` is missing"),
        (
            r#"{"at":"2025-03-03T11:00:00Z","event":"outage","from":"2025-03-03T10:00:00Z"}"#,
            "the field `to` is missing",
        ),
    ] {
        assert_eq!(broken(&format!("{join}\n{line}\n")), format!("Line 2 is no event: {cause}."));
    }
    assert_eq!(
        broken("{\"at\":\"\u{fffd}").split(" (").next().expect("a first part"),
        "Line 1 is no event: it is not a JSON object"
    );
}

/// Every other bad value is a refusal, whatever its type.
#[test]
fn other_values_are_refused() {
    let mut file = r#"{"at":"2025-03-03T10:00:00Z","person":"ann","event":"join","zone":"UTC"}"#.to_owned();
    let wrong = [
        r#""log","minutes":-1"#,
        r#""log","minutes":0"#,
        r#""log","minutes":721"#,
        r#""log","minutes":45.5"#,
        r#""log","minutes":1e30"#,
        r#""log","minutes":-99999999999999999999"#,
        r#""log","minutes":"45""#,
        r#""log","minutes":true"#,
        r#""log","minutes":45,"for_date":"2025-02-30""#,
        r#""log","minutes":45,"for_date":"today""#,
        r#""log","minutes":45,"for_date":"2025-03-03T10:00""#,
        r#""log","minutes":45,"for_date":20250303"#,
        r#""zone","zone":"Mars/Phobos""#,
        r#""zone","zone":"europe/berlin""#,
        r#""zone","zone":"""#,
        r#""zone","zone":2"#,
        r#""day_start","hour":7"#,
        r#""day_start","hour":-1"#,
        r#""day_start","hour":2.5"#,
        r#""commitment","minutes":14"#,
        r#""commitment","minutes":961"#,
        r#""pause","days":0"#,
        r#""pause","days":22"#,
        r#""rest","weekdays":["sat","sat"]"#,
        r#""rest","weekdays":["fri","sat","sun"]"#,
        r#""rest","weekdays":["Saturday"]"#,
        r#""rest","weekdays":"sat""#,
        r#""excuse","date":"never""#,
    ];
    for event in wrong {
        file += &format!("\n{{\"at\":\"2025-03-03T11:00:00Z\",\"person\":\"ann\",\"event\":{event}}}");
    }
    file += "\n{\"at\":\"2025-03-03T12:00:00Z\",\"person\":\"ann\",\"event\":\"as_of\"}";
    let shown = shown(&file).expect("a whole history");
    assert_eq!(shown[0].refused, (2..2 + wrong.len()).collect::<Vec<_>>());
}

#[test]
fn equal_instants_stay_in_file_order_whatever_their_offsets() {
    let shown = shown(
        r#"{"at":"2025-03-03T13:00:00+01:00","person":"ann","event":"stop"}
{"at":"2025-03-03T12:00:00Z","person":"ann","event":"start"}
{"at":"2025-03-03T09:00:00-03:00","person":"ann","event":"stop"}
{"at":"2025-03-03T12:00:00Z","person":"ann","event":"as_of"}
{"at":"2025-03-03T10:00:00Z","person":"ann","event":"join","zone":"UTC"}"#,
    );
    assert_eq!(shown.expect("a whole history")[0].refused, [1]);
}
