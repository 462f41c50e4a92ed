//! The token that Reddit gives for the account's name and password, and the client that carries it.

use jiff::SignedDuration;
use roux_http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use roux_http::redirect::Policy;
use roux_http::{Client, ClientBuilder, retry};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::{Account, Credentials, Failure, broken, header, whole};

/// Where Reddit logs people in.
const ADDRESS: &str = "https://www.reddit.com/api/v1/access_token";
/// How long a token is used where Reddit does not say how long it is good for; no life below an hour was ever seen.
const USUAL_USE: SignedDuration = SignedDuration::from_mins(50);
/// How long before its end a token is renewed at most; of a short life it is a tenth.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// No token is used for longer, whatever Reddit says.
const LONGEST_USE: SignedDuration = SignedDuration::from_hours(24 * 7);

/// A client that is logged in, and for how long its token is used.
pub async fn fetched(account: &Account) -> Result<(Client, SignedDuration), Failure> {
    let form = [
        ("grant_type", "password"),
        ("username", account.name.as_str()),
        ("password", account.password.expose_secret()),
    ];
    let request = build(builder(account))?
        .post(ADDRESS)
        .basic_auth(&account.client_id, Some(account.client_secret.expose_secret()))
        .form(&form);
    let answer = request.send().await.map_err(|cause| broken(&cause))?;
    let status = answer.status().as_u16();
    let after = header(&answer, "retry-after").and_then(|seconds| seconds.parse().ok());
    let body: Value = serde_json::from_slice(&whole(answer).await?).unwrap_or(Value::Null);
    let (token, life) = read(status, &body, after)?;
    let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| Failure::Unreadable)?;
    bearer.set_sensitive(true);
    let headers = HeaderMap::from_iter([(AUTHORIZATION, bearer)]);
    Ok((build(builder(account).default_headers(headers))?, life))
}

/// It neither retries nor follows: both would make a call twice.
fn builder(account: &Account) -> ClientBuilder {
    Client::builder().user_agent(account.agent()).redirect(Policy::none()).retry(retry::never())
}

fn build(builder: ClientBuilder) -> Result<Client, Failure> {
    builder.build().map_err(|_| Failure::Unreadable)
}

/// The token of an answer, and for how long it is used.
fn read(status: u16, body: &Value, after: Option<f64>) -> Result<(&str, SignedDuration), Failure> {
    if let Some(code) = body.get("error").and_then(Value::as_str) {
        // A wrong name or password is told in a good answer; other codes are about the app.
        return Err(Failure::Credentials(if code == "invalid_grant" {
            Credentials::Account
        } else {
            Credentials::App
        }));
    }
    match (status, body.get("access_token").and_then(Value::as_str)) {
        (200..300, Some(token)) => Ok((token, used_for(body.get("expires_in").and_then(Value::as_f64)))),
        (200..300, None) => Err(Failure::Unreadable),
        (400, _) => Err(Failure::Credentials(Credentials::Account)),
        // Before a login, no subreddit forbids anything: Reddit's edge does not let us in for a while.
        (403, _) => Err(Failure::Failing(403)),
        _ => Err(Failure::of(status, body, after).unwrap_or(Failure::Unreadable)),
    }
}

/// For how long a token is used that is good for so many seconds.
fn used_for(expires_in: Option<f64>) -> SignedDuration {
    let told = expires_in.filter(|seconds| seconds.is_finite() && *seconds > 0.0);
    let Some(seconds) = told else { return USUAL_USE };
    let life = SignedDuration::try_from_secs_f64(seconds.min(LONGEST_USE.as_secs_f64())).unwrap_or(USUAL_USE);
    life.saturating_sub(MARGIN.min(life / 10))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_renewed_before_it_ends() {
        let table = [
            (Some(3_600.0), 55 * 60),
            (Some(86_400.0), 86_100),
            (Some(600.0), 540),
            (Some(10.0), 9),
            (Some(1e300), 7 * 86_400 - 300),
            (None, 3_000),
            (Some(0.0), 3_000),
            (Some(-5.0), 3_000),
            (Some(f64::NAN), 3_000),
        ];
        for (expires_in, seconds) in table {
            assert_eq!(used_for(expires_in).as_secs(), seconds, "{expires_in:?}");
        }
    }

    #[test]
    fn an_answer_is_a_token_or_says_what_is_refused() {
        let of = Failure::Credentials;
        let table = [
            (200, json!({"access_token": "t", "expires_in": 3_600}), Ok(("t", SignedDuration::from_mins(55)))),
            (200, json!({"access_token": "t"}), Ok(("t", USUAL_USE))),
            (200, json!({"error": "invalid_grant"}), Err(of(Credentials::Account))),
            (200, json!({"error": "unsupported_grant_type"}), Err(of(Credentials::App))),
            (200, json!({"access_token": 7}), Err(Failure::Unreadable)),
            (200, Value::Null, Err(Failure::Unreadable)),
            (400, Value::Null, Err(of(Credentials::Account))),
            (401, json!({"message": "Unauthorized", "error": 401}), Err(of(Credentials::App))),
            (403, Value::Null, Err(Failure::Failing(403))),
            (503, Value::Null, Err(Failure::Failing(503))),
        ];
        for (status, body, expected) in table {
            assert_eq!(read(status, &body, None), expected, "{status} {body}");
        }
    }
}
