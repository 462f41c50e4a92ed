//! The playground as people use it: a newcomer, a learner over ten days with a buddy, a moderator, the digest.

use std::time::{Duration, Instant};

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;

use crate::chrome::{Browser, DESK, PHONE, Setup, WITH, WITHOUT, is_there, tell};
use crate::entering::Site;

const NOW: &[&str] = &["--now", "2026-11-27T16:20:00Z"];

/// How it is looked at: on a desk and a telephone, light and dark.
fn looks() -> [Setup; 4] {
    let look = |width, dark| Setup { javascript: true, width, dark };
    [look(DESK, false), look(PHONE, false), look(DESK, true), look(PHONE, true)]
}

impl Browser {
    /// Opens a channel as somebody.
    async fn be(&self, who: &str, channel: &str) {
        self.goto(&format!("/playground?as={who}")).await;
        self.sees("Mara").await;
        if channel == "Messages to you" {
            self.goto(&format!("/playground?as={who}&in=me")).await;
        } else {
            let path = format!("//a[starts-with(normalize-space(), '{channel}')]");
            let link = self.client.find(Locator::XPath(&path)).await.expect("the channel");
            let to = link.attr("href").await.expect("an answer").expect("where it leads");
            self.goto(&to).await;
        }
        self.sees_in("#ch", channel).await;
    }

    /// Waits until a part of the page says that.
    async fn sees_in(&self, part: &str, text: &str) {
        let since = Instant::now();
        loop {
            let now = match self.client.find(Locator::Css(part)).await {
                Ok(found) => found.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if now.contains(text) {
                return;
            }
            assert!(since.elapsed() < Duration::from_secs(30), "{part} never said “{text}”, but:\n{now}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Writes a line and sends it.
    async fn says(&self, text: &str) {
        self.write("#say", text).await;
        if self.setup.javascript {
            // What is offered first would be taken otherwise.
            self.keys(&Key::Escape.to_string()).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
            self.keys(&Key::Escape.to_string()).await;
        }
        self.press("Send").await;
    }

    /// Chooses in the last menu.
    async fn chooses(&self, value: &str) {
        let script = "const all = document.querySelectorAll('form.pick select'); const menu = all[all.length - 1]; menu.value = arguments[0];
                      menu.form.requestSubmit();";
        self.client.execute(script, vec![json!(value)]).await.expect("a menu");
    }

    /// Presses the last button of the channel that says that.
    async fn presses_last(&self, label: &str) {
        let path = format!("(//ol[@id='feed']//button[normalize-space()='{label}'])[last()]");
        let wait = self.client.wait().at_most(Duration::from_secs(20));
        let button = wait.for_element(Locator::XPath(&path)).await.unwrap_or_else(|_| panic!("no button “{label}”"));
        button.click().await.unwrap_or_else(|error| panic!("“{label}” cannot be pressed: {error}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_asks_and_is_answered_while_they_look() {
    if !is_there() {
        return;
    }
    for setup in looks() {
        let site = Site::with(NOW);
        tell(setup, &site.address(), 1, async |browsers| {
            let noor = &browsers[0];
            noor.goto("/playground").await;
            noor.sees_in("#feed", "Find your guide").await;
            noor.is_open_to_all("playground").await;
            noor.shot("play-empty").await;
            noor.says(
                "hi, I make small games as a hobby and want to learn machine learning just for fun. Where do I start?",
            )
            .await;
            noor.sees_in("#feed", "Hacker guide").await;
            noor.shot("play-newcomer").await;
            // What a command line offers.
            noor.write("#say", "/").await;
            noor.sees_in("#offered", "/study log").await;
            noor.shot("play-commands").await;
            noor.write("#say", "/study zone zone:Lag").await;
            noor.sees_in("#offered", "Africa/Lagos").await;
            noor.keys(&Key::Tab.to_string()).await;
            assert_eq!(noor.value("#say").await, "/study zone zone:Africa/Lagos ");
            noor.keys(&Key::Enter.to_string()).await;
            noor.sees_in("#feed", "Only you can see this.").await;
            noor.is_open_to_all("playground with answers").await;
            let scripts = "return window.evil === undefined";
            noor.says("<img src=x onerror=window.evil=1><script>window.evil=1</script>").await;
            noor.sees_in("#feed", "<script>window.evil=1</script>").await;
            assert_eq!(noor.client.execute(scripts, vec![]).await.expect("an answer"), json!(true));
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_learner_over_ten_days_with_a_buddy() {
    if !is_there() {
        return;
    }
    for setup in [WITH, Setup { width: PHONE, dark: true, ..WITH }] {
        let site = Site::with(NOW);
        tell(setup, &site.address(), 1, async |browsers| {
            let noor = &browsers[0];
            noor.be("Noor", "# study").await;
            noor.says("/study log minutes:45").await;
            noor.sees_in("#feed", "Where do you study?").await;
            noor.shot("play-joining").await;
            noor.chooses("Europe/London").await;
            noor.sees_in("#feed", "How much do you want to study on a day?").await;
            noor.presses_last("30 min").await;
            noor.sees_in("#feed", "45").await;
            for who in ["Noor", "Ivo"] {
                noor.be(who, "# study").await;
                noor.says("/study zone zone:Europe/London").await;
                noor.says("/study buddy action:Find me a buddy").await;
                noor.sees_in("#feed", "Which guide is yours?").await;
                noor.chooses("engineer").await;
                noor.sees_in("#feed", "usual study times").await;
                noor.shot("play-buddy").await;
                noor.choose_boxes(&["evening"]).await;
            }
            noor.press("Jump to Monday 09:00").await;
            noor.sees_in(".clock", "Monday, 09:00").await;
            noor.be("Noor", "Messages to you").await;
            noor.sees_in("#feed", "Ivo").await;
            noor.shot("play-matched").await;
            for day in 0..7 {
                noor.be("Noor", "# study").await;
                noor.says("/study log minutes:35").await;
                noor.sees_in("#feed", "35").await;
                noor.press("One day on").await;
                noor.sees_in(
                    ".clock",
                    ["Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Monday"][day],
                )
                .await;
            }
            noor.says("/study status").await;
            noor.sees_in("#feed", "Streak").await;
            noor.says("/study heatmap").await;
            noor.sees_picture().await;
            noor.is_open_to_all("playground after ten days").await;
            noor.shot("play-ten-days").await;
        })
        .await;
    }
}

impl Browser {
    /// Ticks boxes of the last list by parts of their words, and sends it.
    async fn choose_boxes(&self, parts: &[&str]) {
        let script = "const all = document.querySelectorAll('form.pick fieldset'); const list = all[all.length - 1];
                      for (const box of list.querySelectorAll('label')) if (arguments[0].some((part) => box.textContent.toLowerCase().includes(part))) box.querySelector('input').checked = true;
                      list.querySelector('button').click();";
        self.client.execute(script, vec![json!(parts)]).await.expect("a list of boxes");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }

    /// Waits for a picture that has come.
    async fn sees_picture(&self) {
        let since = Instant::now();
        let script =
            "return [...document.querySelectorAll('img.picture')].some((one) => one.complete && one.naturalWidth > 0)";
        while self.client.execute(script, vec![]).await.expect("an answer") != json!(true) {
            assert!(since.elapsed() < Duration::from_secs(20), "no picture came");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_edits_a_page_in_a_form_that_pops_up() {
    if !is_there() {
        return;
    }
    for setup in [WITH, WITHOUT, Setup { width: PHONE, ..WITH }] {
        let site = Site::with(NOW);
        tell(setup, &site.address(), 1, async |browsers| {
            let mara = &browsers[0];
            mara.be("Mara", "# beginners").await;
            mara.says("/mod guide edit page:hardware").await;
            mara.sees_in("#popup", "Not now").await;
            mara.is_open_to_all("a form").await;
            mara.shot("play-form").await;
            let box_ = "#popup textarea";
            mara.write(box_, "Any laptop of the last ten years will do to begin.").await;
            mara.shot("play-form-filled").await;
            let send = mara.client.find(Locator::Css("#popup button.main")).await.expect("a button");
            match setup.javascript {
                true => send.click().await.expect("it is pressed"),
                false => send.send_keys(&Key::Enter.to_string()).await.expect("it is pressed"),
            }
            mara.sees_in("#feed", "Only you can see this.").await;
            mara.shot("play-edited").await;
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reddit_post_is_tried_and_all_is_forgotten() {
    if !is_there() {
        return;
    }
    for setup in looks() {
        let site = Site::with(NOW);
        tell(setup, &site.address(), 1, async |browsers| {
            let noor = &browsers[0];
            noor.goto("/playground/reddit").await;
            noor.write("#title", "How do I become an ML engineer?").await;
            noor.write(
                "#body",
                "I've been a backend developer for five years. Where should I start to get a job in machine learning?",
            )
            .await;
            noor.press("See what happens").await;
            noor.sees("u/cairn_bot").await;
            noor.is_open_to_all("reddit").await;
            noor.shot("play-reddit").await;
            noor.goto("/playground").await;
            noor.says("this will be forgotten").await;
            noor.sees_in("#feed", "this will be forgotten").await;
            noor.press("Start over").await;
            noor.press("Forget all of it").await;
            noor.sees_in("#feed", "Find your guide").await;
            assert!(!noor.text().await.contains("this will be forgotten"));
        })
        .await;
    }
}
