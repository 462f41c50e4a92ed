//! The browser: one chromedriver for each story, in a process group of its own, so that nothing of it outlives the story.
//! It waits for what stands on the page, and never for a time: a page may be replaced by the next one at any moment, so
//! what is looked for is looked for again until it is there.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::key::Key;
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder, Locator};
use futures_util::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long anything may take to be seen, on a slow machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long a story may take.
const LONGEST: Duration = Duration::from_secs(1_200);
/// Between two looks at a page.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// As wide as a telephone.
pub const PHONE: u32 = 390;
/// As wide as a desk.
pub const DESK: u32 = 1280;

/// How a browser is set up.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub javascript: bool,
    pub width: u32,
    pub dark: bool,
}

impl Setup {
    pub const fn height(self) -> u32 {
        if self.width < 500 { 844 } else { 900 }
    }
}

pub const WITH: Setup = Setup { javascript: true, width: DESK, dark: false };
pub const WITHOUT: Setup = Setup { javascript: false, width: DESK, dark: false };

/// Whether the stories are told: `CAIRN_BROWSER` asks for them, and there is a browser. If not, that is said once; where
/// one is demanded (`CAIRN_BROWSER=required`), it is a failure.
pub fn is_there() -> bool {
    static SAID: Once = Once::new();
    if std::env::var_os("CAIRN_BROWSER").is_none() {
        SAID.call_once(|| {
            let _ = writeln!(
                std::io::stderr(),
                "NOT CHECKED: the console and the playground in a browser; CAIRN_BROWSER=1 cargo test --test browser does it"
            );
        });
        return false;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has = |name: &str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    if has("chromedriver") && (has("chromium") || has("google-chrome")) {
        return true;
    }
    let is_required = std::env::var("CAIRN_BROWSER").is_ok_and(|said| said == "required");
    assert!(!is_required, "there is no chromium with its chromedriver to test the pages with");
    SAID.call_once(|| {
        // Past what the test runner holds back.
        let _ = writeln!(
            std::io::stderr(),
            "NOT CHECKED: the console and the playground in a browser, for there is no chromium with its chromedriver"
        );
    });
    false
}

/// How often chromedriver is started until it listens.
const STARTS: usize = 5;

/// A running chromedriver.
struct Driver {
    child: Child,
    address: String,
}

impl Driver {
    /// Starts one; chromedriver ends if somebody else takes the port that it chose before it listens on it everywhere.
    fn start() -> Self {
        (0..STARTS).find_map(|_| Self::try_start()).expect("chromedriver names its port")
    }

    fn try_start() -> Option<Self> {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.process_group(0).spawn().expect("chromedriver starts");
        let mut lines = BufReader::new(child.stdout.take().expect("standard output")).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let (_, rest) = line.split_once("started successfully on port ")?;
            Some(rest.trim_end_matches('.').to_owned())
        });
        let driver = Self { child, address: format!("http://127.0.0.1:{}", port?) };
        // What it says later is read, lest it wait for that.
        std::thread::spawn(move || lines.for_each(drop));
        Some(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.child.wait();
    }
}

/// A browser at a site.
pub struct Browser {
    pub client: Client,
    pub site: String,
    pub setup: Setup,
}

/// Tells a story in browsers of their own, one for each site named. They are closed however it ends.
pub async fn tell(setup: Setup, site: &str, many: usize, story: impl AsyncFnOnce(Vec<Browser>)) {
    let driver = Driver::start();
    let mut browsers = Vec::new();
    for _ in 0..many {
        let client = open(&driver.address, setup).await;
        browsers.push(Browser { client, site: site.to_owned(), setup });
    }
    let clients: Vec<Client> = browsers.iter().map(|browser| browser.client.clone()).collect();
    let story = async {
        let told = tokio::time::timeout(LONGEST, story(browsers)).await;
        told.expect("the story ends in time");
    };
    let told = AssertUnwindSafe(story).catch_unwind().await;
    if told.is_err() {
        for (number, client) in clients.iter().enumerate() {
            // A browser that hangs is not asked.
            let Ok(url) = tokio::time::timeout(PATIENCE, client.current_url()).await else { continue };
            let address = url.map(|url| url.to_string()).unwrap_or_default();
            let text = match client.find(Locator::Css("body")).await {
                Ok(body) => body.text().await.unwrap_or_default(),
                Err(error) => error.to_string(),
            };
            println!("browser {number} was at {address}, which said:\n{text}\n");
        }
    }
    for client in clients {
        // What does not end by itself ends with its driver.
        let _ = tokio::time::timeout(Duration::from_secs(2), client.close()).await;
    }
    drop(driver);
    if let Err(panic) = told {
        resume_unwind(panic);
    }
}

async fn open(driver: &str, setup: Setup) -> Client {
    let mut args = vec!["--headless=new".to_owned(), "--disable-dev-shm-usage".to_owned(), "--no-sandbox".to_owned()];
    // A page that is put aside while it is still asked something never answers.
    args.push("--disable-features=BackForwardCache".to_owned());
    // Nothing is clicked while the page still glides.
    args.push("--force-prefers-reduced-motion".to_owned());
    args.push(format!("--blink-settings=preferredColorScheme={}", if setup.dark { 0 } else { 1 }));
    let mut options = json!({"args": args});
    // A window is never narrower than 500 pixels; an emulated screen is as narrow as it says.
    let metrics = json!({"width": setup.width, "height": setup.height(), "pixelRatio": 1});
    options["mobileEmulation"] = json!({"deviceMetrics": metrics});
    if !setup.javascript {
        options["prefs"] = json!({"profile.managed_default_content_settings.javascript": 2});
    }
    let wanted = json!({"browserName": "chrome", "goog:chromeOptions": options});
    let Value::Object(wanted) = wanted else { unreachable!("an object") };
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(wanted);
    let client = builder.connect(driver).await.expect("a browser opens");
    let limits = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), Some(Duration::ZERO));
    client.update_timeouts(limits).await.expect("limits are set");
    client
}

/// Whether the same may work on the next look: what was found has just been replaced, or is still covered.
fn is_for_now(error: &CmdError) -> bool {
    let CmdError::Standard(told) = error else { return false };
    match told.error {
        ErrorStatus::StaleElementReference
        | ErrorStatus::NoSuchElement
        | ErrorStatus::ElementNotInteractable
        | ErrorStatus::ElementClickIntercepted => true,
        // What chromedriver says of a page that went while it was asked.
        ErrorStatus::UnknownError => told.message.contains("does not belong to the document"),
        _ => false,
    }
}

impl Browser {
    /// Opens a page of the site.
    pub async fn goto(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.site)).await.expect("a page opens");
    }

    /// Signs in by a link.
    pub async fn enter(&self, link: &str) {
        self.client.goto(link).await.expect("a page opens");
        self.press("Sign in").await;
        self.sees("Pages").await;
        self.at("/console").await;
    }

    /// Looks at the page until `look` finds something.
    pub async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let since = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(since.elapsed() < PATIENCE, "this was never so: {what}");
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Does something to an element until the page lets it be done, each time to the one that is there then.
    async fn does<T>(&self, to: Locator<'_>, what: &str, act: impl AsyncFn(Element) -> Result<T, CmdError>) -> T {
        self.until(what, async || {
            let done = match self.client.find(to).await {
                Ok(element) => act(element).await,
                Err(error) => Err(error),
            };
            match done {
                Ok(done) => Some(done),
                Err(error) if is_for_now(&error) => None,
                Err(error) => panic!("{what}: {error}"),
            }
        })
        .await
    }

    /// What a script on the page returns, or null while there is no page to run it on.
    pub async fn run(&self, script: &str, args: Vec<Value>) -> Value {
        self.client.execute(script, args).await.unwrap_or_default()
    }

    /// Waits until a script returns `true`.
    pub async fn until_true(&self, what: &str, script: &str, args: &[Value]) {
        let is_so = async || (self.run(script, args.to_vec()).await == json!(true)).then_some(());
        self.until(what, is_so).await;
    }

    /// Waits until the page says that.
    pub async fn sees(&self, text: &str) {
        self.sees_in("body", text).await;
    }

    /// Waits until a part of the page says that.
    pub async fn sees_in(&self, part: &str, text: &str) {
        let says = async || self.text_of(part).await.contains(text).then_some(());
        self.until(&format!("{part} says “{text}”"), says).await;
    }

    /// Waits until the browser is at that path.
    pub async fn at(&self, path: &str) {
        let is_there = async || {
            let url = self.client.current_url().await.expect("an address");
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            (format!("{}{query}", url.path()) == path).then_some(())
        };
        self.until(&format!("the browser is at {path}"), is_there).await;
    }

    /// What the page says.
    pub async fn text(&self) -> String {
        self.text_of("body").await
    }

    async fn text_of(&self, part: &str) -> String {
        match self.client.find(Locator::Css(part)).await {
            Ok(found) => found.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits until the frame with the preview says that.
    pub async fn preview_says(&self, text: &str) {
        let says = async || {
            // Each preview comes in a frame of its own.
            let frame = self.client.find(Locator::Css("iframe[name=preview]")).await.ok()?;
            let said = match frame.enter_frame().await {
                Ok(()) => self.text().await,
                Err(_) => String::new(),
            };
            self.client.enter_parent_frame().await.expect("the page around it");
            said.contains(text).then_some(())
        };
        self.until(&format!("the preview says “{text}”"), says).await;
    }

    /// Presses the button or link with that text.
    pub async fn press(&self, label: &str) {
        let quoted = format!("'{label}'");
        let path = format!(
            "//button[not(@aria-hidden) and normalize-space()={quoted}] | //a[normalize-space()={quoted}] | \
             //summary[normalize-space()={quoted}]"
        );
        self.press_on(Locator::XPath(&path)).await;
    }

    /// Presses the first that fits a selector.
    pub async fn press_at(&self, selector: &str) {
        self.press_on(Locator::Css(selector)).await;
    }

    /// Presses what is there.
    pub async fn press_on(&self, which: Locator<'_>) {
        let what = format!("{which:?} can be pressed");
        self.does(which, &what, async |element| {
            if self.setup.javascript {
                return element.click().await;
            }
            // After a click the driver waits on a timer of the page's, and without JavaScript there is none.
            element.send_keys(&Key::Enter.to_string()).await
        })
        .await;
    }

    /// Replaces what stands in a field.
    pub async fn write(&self, field: &str, text: &str) {
        self.does(Locator::Css(field), &format!("{field} can be written in"), async |element| {
            element.clear().await?;
            element.send_keys(text).await
        })
        .await;
    }

    /// What stands in a field.
    pub async fn value(&self, field: &str) -> String {
        let read = async |element: Element| element.prop("value").await;
        self.does(Locator::Css(field), &format!("{field} can be read"), read).await.unwrap_or_default()
    }

    /// Keys for whatever has the focus.
    pub async fn keys(&self, keys: &str) {
        let active = self.client.active_element().await.expect("something has the focus");
        active.send_keys(keys).await.expect("keys are taken");
    }

    /// Demands that the page is open to everybody, as far as axe-core can tell, no wider than the window, and that fingers
    /// find what is used by hand.
    pub async fn is_open_to_all(&self, name: &str) {
        let wide = "const most = document.documentElement.clientWidth;
                    if (document.documentElement.scrollWidth <= most) return [];
                    return [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > most)
                        .map((one) => `${one.tagName}.${one.className} ends at ${one.getBoundingClientRect().right}`)";
        let wider = self.client.execute(wide, vec![]).await.expect("a list");
        assert_eq!(wider, json!([]), "{name} is wider than the window");
        let small = "return [...document.querySelectorAll('button, .button, summary, .rail a, .tabs a, select, textarea, input')]
            .filter((one) => one.offsetParent && !one.closest('.hidden') && !one.closest('[aria-hidden]'))
            .filter((one) => !['hidden', 'checkbox', 'radio'].includes(one.type))
            .filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML)";
        let found = self.client.execute(small, vec![]).await.expect("a list");
        assert_eq!(found, json!([]), "{name} has things that are too small to be touched");
        if !self.setup.javascript {
            // axe-core waits on timers of the page's, and the same page is looked at with JavaScript.
            return;
        }
        let Some(axe) = std::env::var_os("CAIRN_AXE") else {
            let is_required = std::env::var("CAIRN_BROWSER").is_ok_and(|said| said == "required");
            assert!(!is_required, "CAIRN_AXE must name axe-core's file");
            return;
        };
        let source = std::fs::read_to_string(axe).expect("axe-core");
        self.client.execute(&source, vec![]).await.expect("axe-core is loaded");
        let run = "const done = arguments[arguments.length - 1];
                   axe.run(document, {resultTypes: ['violations']}).then((all) => done(all.violations
                       .filter((one) => ['serious', 'critical'].includes(one.impact))
                       .map((one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' '))), (why) => done([String(why)]))";
        let found = self.client.execute_async(run, vec![]).await.expect("axe-core runs");
        assert_eq!(found, json!([]), "{name}");
    }
}
