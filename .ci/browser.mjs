// Looks at the pages of a running Cairn: node browser.mjs ADDRESS FOLDER-FOR-PICTURES
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

// With a third word, only paths whose name has it.
const [address, pictures, only] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
mkdirSync(pictures, { recursive: true });
const grade11 = "I'm in grade 11 and want to work in machine learning one day, what should I study?";
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"],
});
let looked = 0;
const failures = [];

async function look(name, path, width, scheme, status = 200) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, javaScriptEnabled: true });
  const page = await context.newPage();
  const told = [];
  page.on("console", (m) => { if (["error", "warning"].includes(m.type()) && !(status === 404 && m.text().includes("404"))) told.push(m.text()); });
  page.on("request", (r) => { if (!r.url().startsWith(address)) told.push("asks for " + r.url()); });
  const answer = await page.goto(address + path);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (answer.status() !== status) told.push("status " + answer.status());
  if (wide > 0) told.push(`${wide} px wider than the window`);
  const unnamed = await page.evaluate(() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea")]
    .filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.length)).length);
  if (unnamed > 0) told.push(`${unnamed} controls without a name`);
  // What is used by hand is large enough; links within text and one-line lists are as large as their line.
  const small = await page.evaluate(() => [...document.querySelectorAll("button, .button, input:not([type=hidden]), textarea, summary, nav a, .eg a")]
    .filter((e) => e.getClientRects().length && !e.closest(".contents") && e.getBoundingClientRect().height < 43.5)
    .map((e) => e.textContent.trim() || e.name));
  if (small.length) told.push("lower than 44 px: " + small.join(", "));
  // Evaluated from outside, so that the policy of the page stays as it is.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  for (const found of violations) told.push(`${found.id}: ${found.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`);
  // The browser paints no picture that is taller than this.
  const tall = Math.min(16000, await page.evaluate(() => document.documentElement.scrollHeight));
  const clip = { x: 0, y: 0, width, height: tall };
  await page.screenshot({ path: `${pictures}/${name}-${width}-${scheme}.png`, fullPage: true, clip });
  failures.push(...told.map((t) => `${path} at ${width} px, ${scheme}: ${t}`));
  looked += 1;
  await context.close();
}

async function pages() {
  const page = await (await browser.newContext()).newPage();
  await page.goto(address + "/guides");
  return page.evaluate(() => [...document.querySelectorAll("main a[href^='/guides/']")].map((a) => a.getAttribute("href")));
}

// By keyboard alone, with JavaScript off: skip link, brand, pages, search, button, ask box, button.
async function askByKeyboard() {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(address + "/");
  await page.locator("textarea").focus();
  await page.keyboard.type(grade11);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(address + "/ask");
  const text = await page.textContent("main");
  if (!text.includes("because you said grade 11")) failures.push("the form did not answer: " + text.slice(0, 300));
  looked += 1;
}

const paths = [["home", "/"], ["notfound", "/guides/enginer", 404], ["nowhere", "/no/where", 404],
  ["crisis", "/ask?text=" + encodeURIComponent("I feel like killing myself, I failed my ML exam again")],
  ["answer-researcher", "/ask?text=" + encodeURIComponent("I'm doing a maths degree and would like to do research on new learning methods.")],
  ["elsewhere", "/ask?text=" + encodeURIComponent("which gpu is good enough?")],
  ["other-language", "/ask?text=" + encodeURIComponent("Wie fange ich mit maschinellem Lernen an?")],
  ["search-choices", "/search?q=" + encodeURIComponent("how much maths do i need")], ["search-empty", "/search"],
  ["search-nothing", "/search?q=xylophone+zebra"], ["week-unknown", "/papers/2026-W30", 404], ["answer", "/ask?text=" + encodeURIComponent(grade11)],
  ["asked-back", "/ask?text=" + encodeURIComponent("how do I get into ML?")],
  ["search", "/search?q=interview+questions"], ["pages", "/guides"],
  ["weeks", "/papers"], ["week", "/papers/2026-W47"], ["papers-found", "/papers?q=agents"], ["papers-none", "/papers?q=xylophone"]];
for (const path of await pages()) paths.push([path.split("/").pop(), path]);
for (const [name, path, status] of paths.filter(([name]) => !only || name.includes(only))) {
  for (const width of [390, 1280]) for (const scheme of ["light", "dark"]) await look(name, path, width, scheme, status);
}
await askByKeyboard();
await browser.close();
for (const failure of failures) console.error(failure);
console.log(`${looked - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
