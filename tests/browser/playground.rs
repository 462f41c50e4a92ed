//! The playground as people use it: a newcomer, a learner over ten days with a buddy, a moderator, the digest on Monday.

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::chrome::{Browser, PHONE, Setup, WITH, WITHOUT, is_there, tell};
use crate::entering::Site;
use crate::world::feeds::{Feeds, paper};

/// A Friday.
const NOW: &[&str] = &["--now", "2026-11-27T16:20:00Z"];
const NEWCOMER: &str =
    "hi, I make small games as a hobby and want to learn machine learning just for fun. Where do I start?";
/// Whether nothing of the page's is on its way.
const AT_REST: &str = "return !document.querySelector('#stage').hasAttribute('aria-busy')";

/// On a desk and a telephone, light and dark, and without JavaScript.
const LOOKS: [Setup; 5] = [
    WITH,
    WITHOUT,
    Setup { width: PHONE, ..WITH },
    Setup { dark: true, ..WITH },
    Setup { width: PHONE, dark: true, ..WITH },
];

/// Tells a visitor's story once in each of these browsers, each time at a site of its own.
async fn visit(setups: &[Setup], args: &[&str], story: impl AsyncFn(&Browser)) {
    if !is_there() {
        return;
    }
    for setup in setups {
        let site = Site::with(&[NOW, args].concat());
        tell(*setup, &site.address(), 1, async |browsers| story(&browsers[0]).await).await;
    }
}

impl Browser {
    /// Opens a channel as somebody.
    async fn be(&self, who: &str, channel: &str) {
        self.goto(&format!("/playground?as={who}")).await;
        self.press_on(Locator::XPath(&format!("//*[@id='side']//a[starts-with(normalize-space(), '{channel}')]")))
            .await;
        self.sees_in("#ch", channel).await;
    }

    /// Waits until what was sent is answered.
    async fn rests(&self) {
        self.until_true("the page is at rest", AT_REST, &[]).await;
    }

    /// Writes a line and sends it.
    async fn says(&self, text: &str) {
        self.write("#say", text).await;
        self.press("Send").await;
        let is_sent = "return document.querySelector('#say').value !== arguments[0]";
        self.until_true(&format!("“{text}” is sent"), is_sent, &[json!(text)]).await;
        self.rests().await;
    }

    /// Waits until a script returns `true` of what comes by itself. Without JavaScript, that is seen when the page is
    /// loaded again.
    async fn until_it_comes(&self, what: &str, script: &str, args: &[Value]) {
        let has_come = async || {
            let is_so = self.run(script, args.to_vec()).await == json!(true);
            if !is_so && !self.setup.javascript {
                self.client.refresh().await.expect("the page is loaded again");
            }
            is_so.then_some(())
        };
        self.until(what, has_come).await;
    }

    /// Waits for a message.
    async fn reads(&self, text: &str) {
        let is_said = "return document.querySelector('#feed').innerText.includes(arguments[0])";
        self.until_it_comes(&format!("the channel says “{text}”"), is_said, &[json!(text)]).await;
    }

    /// Presses the last button of the channel that says that.
    async fn presses_last(&self, label: &str) {
        let path = format!("(//*[@id='feed']//button[normalize-space()=\"{label}\"])[last()]");
        self.sends(Locator::XPath(&path)).await;
    }

    /// Presses what sends a form, and waits for what that leads to: without JavaScript, another page.
    async fn sends(&self, button: Locator<'_>) {
        self.run("document.documentElement.dataset.old = 'yes'", vec![]).await;
        self.press_on(button).await;
        if !self.setup.javascript {
            let is_another = "return document.documentElement.dataset.old === undefined";
            self.until_true("another page is there", is_another, &[]).await;
        }
        self.rests().await;
    }

    /// Chooses in the last menu, once that offers it.
    async fn chooses(&self, value: &str) {
        let choose = "const menu = [...document.querySelectorAll('#feed form.pick select')].pop();
                      if (!menu) return false;
                      menu.value = arguments[0];
                      if (menu.value !== arguments[0]) return false;
                      menu.dispatchEvent(new Event('change', {bubbles: true}));
                      return true";
        self.until_true(&format!("the menu offers {value}"), choose, &[json!(value)]).await;
        if self.setup.javascript {
            self.rests().await;
        } else {
            self.presses_last("Choose").await;
        }
    }

    /// Ticks the boxes of the last list whose words hold that, and sends it.
    async fn ticks(&self, part: &str) {
        let tick = "const list = [...document.querySelectorAll('#feed form.pick fieldset')].pop();
                    if (!list) return false;
                    const fits = [...list.querySelectorAll('label')].filter((one) => one.textContent.includes(arguments[0]));
                    for (const one of fits) one.querySelector('input').checked = true;
                    return fits.length > 0";
        self.until_true(&format!("the list offers {part}"), tick, &[json!(part)]).await;
        self.presses_last("Choose").await;
    }

    /// Waits for a picture that has come.
    async fn sees_picture(&self) {
        let is_there =
            "return [...document.querySelectorAll('img.picture')].some((one) => one.complete && one.naturalWidth > 0)";
        self.until_true("a picture came", is_there, &[]).await;
    }

    /// Moves time on, until it has arrived and the clock says that.
    async fn moves_on(&self, label: &str, time: &str) {
        self.sends(Locator::XPath(&format!("//button[normalize-space()='{label}']"))).await;
        let has_arrived = "const clock = document.querySelector('.clock');
                           return clock.querySelector('strong').textContent.startsWith(arguments[0])
                               && clock.querySelector('button') !== null";
        self.until_it_comes(&format!("it is {time}"), has_arrived, &[json!(time)]).await;
        self.rests().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_asks_and_is_answered_while_they_look() {
    visit(&LOOKS, &[], async |noor| {
        noor.goto("/playground").await;
        noor.sees_in("#feed", "Find your guide").await;
        noor.is_open_to_all("playground").await;
        noor.shot("play-empty").await;
        noor.says(NEWCOMER).await;
        noor.reads("Hacker guide").await;
        noor.shot("play-newcomer").await;
        noor.says("<img src=x onerror=window.evil=1><script>window.evil=1</script>").await;
        noor.sees_in("#feed", "<script>window.evil=1</script>").await;
        assert_eq!(noor.run("return window.evil === undefined", vec![]).await, json!(true));
        noor.is_open_to_all("playground with answers").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_are_offered_while_somebody_types() {
    visit(&[WITH, Setup { width: PHONE, dark: true, ..WITH }], &[], async |noor| {
        noor.goto("/playground").await;
        noor.write("#say", "/").await;
        noor.sees_in("#offered", "/study log").await;
        noor.is_open_to_all("playground with commands").await;
        noor.shot("play-commands").await;
        noor.keys(&Key::Escape.to_string()).await;
        noor.until_true("the list is closed", "return document.querySelector('#offered').hidden", &[]).await;
        noor.write("#say", "/study zone zone:Lag").await;
        noor.sees_in("#offered", "Africa/Lagos").await;
        noor.keys(&Key::Tab.to_string()).await;
        assert_eq!(noor.value("#say").await, "/study zone zone:Africa/Lagos ");
        noor.keys(&Key::Enter.to_string()).await;
        noor.sees_in("#feed", "Only you can see this.").await;
        noor.rests().await;
        assert_eq!(noor.value("#say").await, "");
        assert_eq!(noor.run("return document.querySelector('#offered').hidden", vec![]).await, json!(true));
        // What is written while an answer is on its way is neither lost nor left behind.
        noor.write("#say", "the first line").await;
        let both = "const say = document.querySelector('#say'), line = document.querySelector('#line');
                    line.requestSubmit(); say.value = 'the second line'; line.requestSubmit()";
        noor.run(both, vec![]).await;
        noor.sees_in("#feed", "the first line").await;
        noor.sees_in("#feed", "the second line").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_learner_over_ten_days_with_a_buddy() {
    visit(&[WITH, WITHOUT, Setup { width: PHONE, dark: true, ..WITH }], &[], async |noor| {
        noor.be("Noor", "# study").await;
        noor.says("/study log minutes:45").await;
        noor.sees_in("#feed", "Where do you study?").await;
        noor.shot("play-joining").await;
        noor.chooses("Europe/London").await;
        noor.sees_in("#feed", "How much do you want to study on a day?").await;
        noor.presses_last("30 min").await;
        noor.sees_in("#feed", "45 min logged for today.").await;
        for who in ["Noor", "Ivo"] {
            noor.be(who, "# study").await;
            noor.says("/study zone zone:Europe/London").await;
            noor.says("/study buddy action:Find me a buddy").await;
            noor.sees_in("#feed", "Which guide is yours?").await;
            noor.chooses("engineer").await;
            noor.sees_in("#feed", "When do you usually study?").await;
            noor.shot("play-buddy").await;
            noor.ticks("evenings").await;
            noor.sees_in("#feed", "You are looking for a study buddy.").await;
        }
        // Two days that freezes cover, and then seven on which Noor studies.
        noor.be("Noor", "# study").await;
        noor.moves_on("Jump to Monday 09:00", "Monday, 09").await;
        noor.be("Noor", "Messages to you").await;
        noor.reads("You have a study buddy: @Ivo.").await;
        noor.is_open_to_all("messages to you").await;
        noor.shot("play-matched").await;
        noor.be("Ivo", "Messages to you").await;
        noor.reads("You have a study buddy: @Noor.").await;
        noor.presses_last("Say hello").await;
        noor.reads("I say hello to @Noor from you.").await;
        noor.be("Noor", "Messages to you").await;
        noor.reads("@Ivo says hello.").await;
        noor.presses_last("I'm here").await;
        noor.reads("Good to have you here.").await;
        noor.be("Noor", "# study").await;
        let days = ["Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Monday"];
        for (before, day) in days.into_iter().enumerate() {
            noor.says(&format!("/study log minutes:{}", 31 + before)).await;
            noor.sees_in("#feed", &format!("{} min logged for today.", 31 + before)).await;
            noor.moves_on("One day on", day).await;
        }
        noor.says("/study status").await;
        noor.sees_in("#feed", "Streak: 8 days, your longest so far.").await;
        noor.says("/study heatmap").await;
        noor.sees_picture().await;
        noor.is_open_to_all("playground after ten days").await;
        noor.shot("play-ten-days").await;
        // Her buddy was told of the days on which she reached her minutes.
        noor.be("Ivo", "Messages to you").await;
        noor.reads("@Noor has reached their minutes today.").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_edits_a_page_in_a_form_that_pops_up() {
    visit(&[WITH, WITHOUT, Setup { width: PHONE, ..WITH }], &[], async |mara| {
        mara.be("Mara", "# beginners").await;
        mara.says("/mod guide edit page:hardware").await;
        mara.sees_in("#popup", "Not now").await;
        mara.is_open_to_all("a form").await;
        mara.shot("play-form").await;
        // What comes meanwhile does not disturb who writes.
        mara.write("#popup textarea", "Any laptop of the last ten years will do to begin.").await;
        mara.shot("play-form-filled").await;
        mara.press_at("#popup button.main").await;
        mara.sees_in("#feed", "Only you can see this.").await;
        mara.until_true("the form is gone", "return !document.querySelector('#popup dialog')", &[]).await;
        mara.shot("play-edited").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_digest_comes_on_monday() {
    let feeds = Feeds::start().await;
    let subjects = ["Weather", "Compilers", "Proteins", "Robots", "Speech", "Games"];
    let papers =
        (1..).zip(subjects).map(|(n, subject)| paper(&format!("2611.{n:05}"), &format!("{subject} at Scale"), n * 10));
    feeds.list("2026-11-25", &papers.collect::<Vec<_>>());
    let [hf, arxiv, hn] = feeds.urls();
    let sources = ["--papers-hurry", "--papers-hf-url", hf, "--papers-arxiv-url", arxiv, "--papers-hn-url", hn];
    visit(&[WITH, WITHOUT, Setup { width: PHONE, dark: true, ..WITH }], &sources, async |noor| {
        noor.be("Noor", "# papers").await;
        noor.moves_on("Jump to Monday 09:00", "Monday, 09").await;
        noor.reads("Compilers at Scale").await;
        noor.reads("Weather at Scale").await;
        noor.is_open_to_all("the digest").await;
        noor.shot("play-digest").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reddit_post_is_tried_and_all_is_forgotten() {
    visit(&LOOKS, &[], async |noor| {
        noor.goto("/playground/reddit").await;
        noor.write("#title", "How do I become an ML engineer?").await;
        let body =
            "I've been a backend developer for five years. Where should I start to get a job in machine learning?";
        noor.write("#body", body).await;
        noor.press("See what happens").await;
        noor.sees("u/cairn_bot").await;
        noor.is_open_to_all("reddit").await;
        noor.shot("play-reddit").await;
        noor.goto("/playground").await;
        noor.says("this will be forgotten").await;
        noor.sees_in("#feed", "this will be forgotten").await;
        noor.press("Start over").await;
        noor.press("Forget all of it").await;
        let is_gone = "const feed = document.querySelector('#feed').textContent;
                       return feed.includes('Find your guide') && !feed.includes('this will be forgotten')";
        noor.until_true("all is forgotten", is_gone, &[]).await;
    })
    .await;
}
