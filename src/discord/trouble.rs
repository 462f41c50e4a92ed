//! What Discord's refusals mean, in words that hold neither texts nor tokens.

use poise::serenity_prelude as serenity;
use serenity::{GatewayError, HttpError};

/// The status of a refusal.
fn status(cause: &serenity::Error) -> Option<u16> {
    match cause {
        serenity::Error::Http(error) => error.status_code().map(|status| status.as_u16()),
        _ => None,
    }
}

/// Whether Discord does not know the token (any more).
pub fn is_token_refused(cause: &serenity::Error) -> bool {
    status(cause) == Some(401)
        || matches!(
            cause,
            serenity::Error::Gateway(GatewayError::InvalidAuthentication | GatewayError::NoAuthentication)
        )
}

/// The trouble for the log. Addresses are left out, for they may hold tokens.
pub fn of(cause: &serenity::Error) -> String {
    match cause {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(refusal)) => {
            format!("refused ({}, error {})", refusal.status_code.as_u16(), refusal.error.code)
        }
        serenity::Error::Http(HttpError::Request(error)) if error.is_timeout() => "no answer in time".to_owned(),
        serenity::Error::Http(_) => "no connection".to_owned(),
        serenity::Error::Json(_) => "an answer that cannot be read".to_owned(),
        serenity::Error::Gateway(error) => format!("the gateway: {error}"),
        serenity::Error::Tungstenite(_) => "the gateway cannot be reached".to_owned(),
        serenity::Error::Model(error) => format!("not sent: {error}"),
        _ => "an unknown error".to_owned(),
    }
}
