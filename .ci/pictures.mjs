// Takes the README's pictures: node pictures.mjs ADDRESS LINK-INTO-THE-CONSOLE FOLDER
import { chromium } from "playwright-core";

const [address, link, folder] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });

async function open(width, height) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: "light", reducedMotion: "reduce" });
  return context.newPage();
}

async function keep(page, name) {
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${folder}/${name}.png` });
}

// The playground: a newcomer writes, and is answered.
const channel = await open(1280, 910);
await channel.goto(address + "/playground");
await channel.getByText("Find your guide").first().waitFor();
await channel.fill("#say", "hi, I make small games as a hobby and want to learn machine learning just for fun. Where do I start?");
await channel.getByRole("button", { name: "Send" }).click();
await channel.locator("#feed").getByText("Hacker guide").first().waitFor();
await keep(channel, "playground-1280");

// The console: one section of a page in the editor, beside how it will look.
const console_ = await open(1280, 900);
await console_.goto(link);
await console_.getByRole("button", { name: "Sign in" }).click();
await console_.goto(address + "/console/pages/hardware?section=%23which-laptop-is-enough");
await console_.fill("#why", "say what a used laptop costs now");
await console_.waitForLoadState("networkidle");
await console_.frameLocator("iframe[name=preview]").getByText("laptop").first().waitFor();
await keep(console_, "editor-1280");

// On a telephone: a question answered, and the guide that it leads to.
const phone = await open(390, 844);
await phone.goto(address + "/ask?text=" + encodeURIComponent("I'm in grade 11 and want to work in machine learning one day, what should I study?"));
await keep(phone, "answer-390");
await phone.goto(address + "/guides/high-school");
await keep(phone, "guide-390");
await browser.close();
