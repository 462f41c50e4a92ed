// Looks at the pages of a running Cairn: node browser.mjs ADDRESS FOLDER-FOR-PICTURES
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [address, pictures] = process.argv.slice(2);
mkdirSync(pictures, { recursive: true });
const grade11 = "I'm in grade 11 and want to work in machine learning one day, what should I study?";
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"],
});
let looked = 0;
const failures = [];

async function look(name, path, width, scheme) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, javaScriptEnabled: true });
  const page = await context.newPage();
  const told = [];
  page.on("console", (m) => { if (["error", "warning"].includes(m.type())) told.push(m.text()); });
  page.on("request", (r) => { if (!r.url().startsWith(address)) told.push("asks for " + r.url()); });
  const answer = await page.goto(address + path);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (answer.status() !== 200) told.push("status " + answer.status());
  if (wide > 0) told.push(`${wide} px wider than the window`);
  const unnamed = await page.evaluate(() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea")]
    .filter((e) => !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.length)).length);
  if (unnamed > 0) told.push(`${unnamed} controls without a name`);
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
  if (!text.includes("because you said “grade 11”")) failures.push("the form did not answer: " + text.slice(0, 300));
  looked += 1;
}

const paths = [["home", "/"], ["answer", "/ask?text=" + encodeURIComponent(grade11)],
  ["asked-back", "/ask?text=" + encodeURIComponent("how do I get into ML?")],
  ["search", "/search?q=interview+questions"], ["pages", "/guides"],
  ["weeks", "/papers"], ["week", "/papers/2026-W47"], ["papers-found", "/papers?q=agents"], ["papers-none", "/papers?q=xylophone"]];
for (const path of await pages()) paths.push([path.split("/").pop(), path]);
for (const [name, path] of paths) {
  for (const width of [390, 1280]) for (const scheme of ["light", "dark"]) await look(name, path, width, scheme);
}
await askByKeyboard();
await browser.close();
for (const failure of failures) console.error(failure);
console.log(`${looked - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
