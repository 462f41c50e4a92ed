//! Pictures of pages, as high as they are.

use std::path::PathBuf;
use std::str::FromStr;

use axum::http::Method;
use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::Url;
use serde_json::{Value, json};

use crate::chrome::Browser;

/// The highest picture.
const HIGHEST: u64 = 8_000;

/// A command of Chromium's own protocol.
#[derive(Debug)]
struct Command(&'static str, Value);

impl WebDriverCompatibleCommand for Command {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as FromStr>::Err> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"cmd": self.0, "params": self.1}).to_string()))
    }
}

impl Browser {
    /// Keeps a picture of the page, if somebody wants it. A channel is as high as the window.
    pub async fn shot(&self, name: &str) {
        let Some(folder) = std::env::var_os("CAIRN_SHOTS").map(PathBuf::from) else { return };
        std::fs::create_dir_all(&folder).expect("a folder");
        let shade = if self.setup.dark { "dark" } else { "light" };
        let script = if self.setup.javascript { "" } else { "-no-script" };
        let whole = "return document.querySelector('#stage') ? 0 : document.documentElement.scrollHeight";
        let height = self.run(whole, vec![]).await.as_u64().unwrap_or_default();
        self.stretch(height.clamp(u64::from(self.setup.height()), HIGHEST)).await;
        let bytes = self.client.screenshot().await.expect("a picture");
        self.stretch(u64::from(self.setup.height())).await;
        let file = format!("{name}-{}-{shade}{script}.png", self.setup.width);
        std::fs::write(folder.join(file), bytes).expect("kept");
    }

    async fn stretch(&self, height: u64) {
        let params = json!({"width": self.setup.width, "height": height, "deviceScaleFactor": 1, "mobile": true});
        let command = Command("Emulation.setDeviceMetricsOverride", params);
        self.client.issue_cmd(command).await.expect("the window is stretched");
    }
}
