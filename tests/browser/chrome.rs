//! The browser: one chromedriver for each story, in a process group of its own, so that nothing of it outlives the story.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use futures_util::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long anything may take to be seen.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a story may take, on a busy machine.
const LONGEST: Duration = Duration::from_secs(600);
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
                "NOT CHECKED: the console in a browser; CAIRN_BROWSER=1 cargo test --test browser does it"
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
    assert!(!is_required, "there is no chromium and chromedriver to test the console with");
    SAID.call_once(|| {
        // Past what the test runner holds back.
        let _ = writeln!(
            std::io::stderr(),
            "NOT CHECKED: the console in a browser, for there is no chromium with its chromedriver"
        );
    });
    false
}

/// A running chromedriver.
struct Driver {
    child: Child,
    address: String,
}

impl Driver {
    fn start() -> Self {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.process_group(0).spawn().expect("chromedriver starts");
        let mut lines = BufReader::new(child.stdout.take().expect("standard output")).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let (_, rest) = line.split_once("started successfully on port ")?;
            Some(rest.trim_end_matches('.').to_owned())
        });
        // What it says later is read, lest it wait for that.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address: format!("http://127.0.0.1:{}", port.expect("chromedriver names its port")) }
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
    let height = if setup.width < 500 { 844 } else { 900 };
    options["mobileEmulation"] = json!({"deviceMetrics": {"width": setup.width, "height": height, "pixelRatio": 1}});
    if !setup.javascript {
        options["prefs"] = json!({"profile.managed_default_content_settings.javascript": 2});
    }
    let wanted = json!({"browserName": "chrome", "goog:chromeOptions": options});
    let Value::Object(wanted) = wanted else { unreachable!("an object") };
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(wanted);
    builder.connect(driver).await.expect("a browser opens")
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

    /// Waits until the page says that.
    pub async fn sees(&self, text: &str) {
        let since = Instant::now();
        loop {
            let now = self.text().await;
            if now.contains(text) {
                return;
            }
            assert!(since.elapsed() < PATIENCE, "the page never said “{text}”");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the browser is at that path.
    pub async fn at(&self, path: &str) {
        let since = Instant::now();
        loop {
            let url = self.client.current_url().await.expect("an address");
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            let now = format!("{}{query}", url.path());
            if now == path {
                return;
            }
            assert!(since.elapsed() < PATIENCE, "the browser is at {now}, never at {path}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What the page says.
    pub async fn text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// What the frame with the preview says, once it says `text`.
    pub async fn preview_says(&self, text: &str) {
        let since = Instant::now();
        loop {
            let frame = self.client.find(Locator::Css("iframe[name=preview]")).await.expect("a preview");
            let mut said = String::new();
            if frame.enter_frame().await.is_ok() {
                said = self.text().await;
            }
            self.client.enter_parent_frame().await.expect("the page around it");
            if said.contains(text) {
                return;
            }
            assert!(since.elapsed() < PATIENCE, "the preview never said “{text}”, but:\n{said}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Presses the button or link with that text.
    pub async fn press(&self, label: &str) {
        let quoted = format!("'{label}'");
        let path = format!(
            "//button[not(@aria-hidden) and normalize-space()={quoted}] | //a[normalize-space()={quoted}] | \
             //summary[normalize-space()={quoted}]"
        );
        let element = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await;
        let element = element.unwrap_or_else(|_| panic!("there is nothing to press that says “{label}”"));
        self.press_on(element, label).await;
    }

    /// Presses the first that fits a selector.
    pub async fn press_at(&self, selector: &str) {
        let element = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await.expect(selector);
        self.press_on(element, selector).await;
    }

    async fn press_on(&self, element: Element, name: &str) {
        if !self.setup.javascript {
            // After a click the driver waits on a timer of the page's, and without JavaScript there is none.
            let key = fantoccini::key::Key::Enter.to_string();
            return element.send_keys(&key).await.unwrap_or_else(|error| panic!("“{name}” takes no key: {error}"));
        }
        element.click().await.unwrap_or_else(|error| panic!("“{name}” cannot be pressed: {error}"));
    }

    /// Replaces what stands in a field.
    pub async fn write(&self, field: &str, text: &str) {
        let element = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(field)).await.expect(field);
        element.clear().await.expect("a field is emptied");
        element.send_keys(text).await.expect("a field is written in");
    }

    /// What stands in a field.
    pub async fn value(&self, field: &str) -> String {
        let element = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(field)).await.expect(field);
        element.prop("value").await.expect("a value").unwrap_or_default()
    }

    /// Keys for whatever has the focus.
    pub async fn keys(&self, keys: &str) {
        let active = self.client.active_element().await.expect("something has the focus");
        active.send_keys(keys).await.expect("keys are taken");
    }

    /// Keeps a picture of the page, if somebody wants it.
    pub async fn shot(&self, name: &str) {
        let Some(folder) = std::env::var_os("CAIRN_SHOTS").map(PathBuf::from) else { return };
        std::fs::create_dir_all(&folder).expect("a folder");
        let shade = if self.setup.dark { "dark" } else { "light" };
        let height = "return Math.min(4000, document.documentElement.scrollHeight)";
        let _ = self.client.execute(height, vec![]).await;
        let bytes = self.client.screenshot().await.expect("a picture");
        std::fs::write(folder.join(format!("{name}-{}-{shade}.png", self.setup.width)), bytes).expect("kept");
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
