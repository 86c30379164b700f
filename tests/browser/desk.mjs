// The desk in a real browser: `node desk.mjs [PROGRAM]`. Plays the example, then works a fresh threat from its report to
// its acknowledgement as the people at the desk do, with and without script, and lets axe-core look at every page.
// PICTURES=DIR keeps pictures of every page at three widths.
import fs from "node:fs";
import path from "node:path";
import axe from "axe-core";
import { freePort, mailServer, mailText, openBrowser, run, signIn, start, temporary } from "./desk.lib.mjs";

const LARGEST_PAGE = 60_000;
const WIDTHS = [360, 800, 1440];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const REPORT = `(U) A caller says that two men plan to stab the stewards at the harbour festival in Bergen, Norway, on 14 August 2031.

(P) The caller is the cousin of one of the men and works at the ferry counter in Askoy; he saw the knives in a green toolbox.`;
const FESTIVAL = "security@festival.example";
const LEAKING = "Two men plan to stab stewards. The caller works at the ferry counter in Askoy and saw the knives in a green toolbox.";
// The knives stand in the protected paragraph alone, so no draft may speak of them.
const CLEAN = "We believe that two men are preparing to stab stewards of the harbour festival.";

let passed = 0, failed = 0;
const check = (what, held, detail = "") => {
  if (held) passed += 1; else failed += 1;
  console.log(`${held ? "ok" : "FAILED"}  ${what}${held || !detail ? "" : `: ${detail}`}`);
};

const data = temporary(), desk = path.join(data, "desk"), mail = await mailServer();
const base = `http://127.0.0.1:${await freePort()}`;
await run("demo", "--once", "--data", desk);
const settings = path.join(desk, "desk.toml");
fs.writeFileSync(settings, fs.readFileSync(settings, "utf8")
  .replace(/^port = .*/m, `port = ${mail.port}`).replace(/^public_url = .*/m, `public_url = "${base}"`));
const stop = await start(base, ["serve", "--data", desk, "--listen", base.slice(7)]);
const browser = await openBrowser();
const troubles = [];
const watch = (page) => {
  page.on("console", (message) => { if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) troubles.push(`${page.url()}: ${message.text()}`); });
  page.on("pageerror", (error) => troubles.push(`${page.url()}: ${error}`));
  return page;
};

const mailTo = (address) => mail.mails.find((one) => one.includes(address));
const people = {};
const as = async (name) => people[name] ??= watch(await signIn(browser, base, name));
const text = (page) => page.locator("main").innerText();
const press = async (page, words) => {
  const at = page.url();
  await Promise.all([page.waitForEvent("framenavigated"), page.getByRole("button", { name: words, exact: true }).first().click()]);
  await page.waitForLoadState("load");
  return page.url() !== at;
};
const unfold = (page, words) => page.locator("summary", { hasText: words }).first().click();

try {
  await keysWork();
  await kermanReads();
  const threat = await reportComesIn();
  await determined(threat);
  const draft = await written(threat);
  await approved(threat, draft);
  await acknowledged(threat);
  await byHand(threat);
  const plain = await withoutScript();
  await everyPage(threat, draft, plain);
  check("no console error, script error or policy violation on any page", troubles.length === 0, troubles.slice(0, 5).join(" | "));
} catch (error) {
  check("the test ran to its end", false, error.stack);
} finally {
  await browser.close();
  await stop();
  mail.stop();
  fs.rmSync(data, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function keysWork() {
  const page = await as("mara");
  await page.goto(`${base}/`);
  const focused = () => page.evaluate(() => [...document.querySelectorAll("a.row")].indexOf(document.activeElement));
  await page.keyboard.press("j");
  const first = await focused();
  await page.keyboard.press("j");
  const second = await focused();
  await page.keyboard.press("k");
  check("j and k move between the lines of the desk", first === 0 && second === 1 && await focused() === 0);
  await page.keyboard.press("?");
  check("? tells the keys, politely", (await page.locator("#live[aria-live=polite]").innerText()).includes("Enter opens"));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/threats\/thr_/);
  check("Enter opens the line", /\/threats\/thr_/.test(page.url()));
  await page.keyboard.press("g");
  await page.waitForURL(`${base}/`);
  await page.keyboard.press("Tab");
  check("the first Tab leads past the frame", (await page.evaluate(() => document.activeElement.textContent)).includes("Skip"));
}

async function kermanReads() {
  const page = await as("mara");
  await page.goto(`${base}/`);
  await page.click("a.row >> text=Kerman");
  await page.waitForURL(/\/threats\//);
  const words = await text(page);
  check("the threat says what it is in one sentence", /said to prepare/.test(await page.locator("h1").innerText()));
  check("every step stands on the rail", await page.locator(".rail li").count() === 9);
  check("only the intermediary's acknowledgement stands as what it is", /who passes it on/.test(await page.locator(".rail").innerText()));
  check("the reports conflict on the number killed, in words", /They conflict on[^.]*killed/.test(words));
  const number = page.locator("tr#field-killed a.mark").first();
  await number.click();
  await page.waitForURL(/\/reports\/rep_.*#words-c/);
  const shown = await page.evaluate(() => !!document.getElementById(location.hash.slice(1)));
  check("a report's mark leads to its very words", shown);
}

async function reportComesIn() {
  const page = await as("ilse");
  await page.goto(`${base}/reports#bring`);
  await page.fill("[name=name]", "harbour call");
  await page.fill("[name=reporter]", "harbour police desk");
  await page.fill("[name=text]", REPORT);
  check("a report is brought in and shown", await press(page, "Bring this report in") && /\/reports\/rep_/.test(page.url()));
  const words = await text(page);
  check("its protected paragraph stays closed", words.includes("Protected paragraph, closed") && !words.includes("toolbox"));
  check("its cleared words stand there with claims marked", words.includes("harbour festival") && await page.locator("a.claim").count() > 0);
  const reader = await as("mara");
  await reader.goto(page.url());
  await unfold(reader, "Open the protected paragraphs");
  await reader.fill("[name=reason]", "to see whether the draft can give the caller away");
  await press(reader, "Open the protected paragraphs");
  const opened = await text(reader);
  check("opening it shows the words and records the look", opened.includes("green toolbox") && opened.includes("looked at 1 time"));
  await page.click("text=this threat");
  await page.waitForURL(/\/threats\//);
  return page.url();
}

async function determined(threat) {
  const page = await as("mara");
  await page.goto(threat);
  const now = await page.locator("#now").innerText();
  check("the page says what, by whom and by when, with its zone", /Say who is meant: the assessor on duty \(that is you\), by .* UTC, .* left/.test(now), now);
  await page.fill("form[action$=victims] [name=name]", "the stewards of the harbour festival");
  await page.selectOption("form[action$=victims] [name=kind]", "group");
  await page.fill("form[action$=victims] [name=reason]", "the caller named them");
  await press(page, "Record who is meant");
  await answeredByKeyboard(page);
  const words = await page.locator("#determination").innerText();
  check("doubt is resolved in favour of a warning", /: warn/.test(words) && /unclear/.test(words), words.slice(0, 300));
  await unfold(page, "Affirm silence");
  await page.fill("form[action$=affirmation] [name=reason]", "no");
  await press(page, "Affirm silence");
  const refusal = await text(page);
  check("the assessor may not affirm silence, and the page names the rule", /role-may-not|self-affirmation/.test(refusal), refusal);
  check("a refusal leads back to the threat", await page.locator(`a[href="${new URL(threat).pathname}"]`).count() === 1);
}

/** The determination form, by keyboard alone: every question answered, the result read before anything is recorded. */
async function answeredByKeyboard(page) {
  await page.getByRole("link", { name: /^Answer the questions of/ }).first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/assessment\?pack=/);
  const sight = await page.locator(".sight").innerText();
  check("the threat's words stand beside the questions, protected ones do not", sight.includes("harbour festival") && !sight.includes("toolbox"));
  check("claims that bear on a question lead to their words", await page.locator("fieldset a[href^='#r1-c']").count() > 0);
  const questions = await page.locator("#answers > fieldset").count();
  const focused = () => page.evaluate(() => document.activeElement.name ?? "");
  const tabTo = async (begins) => {
    for (let turn = 0; turn < 40; turn += 1) {
      await page.keyboard.press("Tab");
      if ((await focused()).startsWith(begins)) return;
    }
    throw new Error(`Tab never reaches ${begins}`);
  };
  for (let at = 0; at < questions; at += 1) {
    await tabTo("c.");
    await page.keyboard.press("Space");
    if (at === 1) { await page.keyboard.press("ArrowRight"); await page.keyboard.press("ArrowRight"); }
    await tabTo("e.c.");
    await page.keyboard.type(`as the caller says, ${at + 1}`);
  }
  await page.waitForFunction(() => document.querySelector("#result .determination")?.textContent === "warn");
  check("what the answers give is shown while they are given", /counts as met/.test(await page.locator("#result").innerText()));
  await tabTo("act");
  const showed = page.waitForEvent("framenavigated");
  await page.keyboard.press("Enter");
  await showed;
  await page.waitForLoadState("load");
  check("showing what they give keeps everything typed", await page.locator("textarea").nth(questions - 1).inputValue() === `as the caller says, ${questions}` && /Nothing is recorded yet/.test(await text(page)));
  await page.getByRole("button", { name: "Record these answers" }).focus();
  const recorded = page.waitForURL(/#determination$/);
  await page.keyboard.press("Enter");
  await recorded;
  await page.waitForLoadState("load");
}

async function fill(page, what) {
  const words = {
    headline: "Attack planned on the harbour festival", what, when: "14 August 2031", place: "The harbour festival in Bergen, Norway",
    how_sure: "We think it likely.", advice: "Search bags at every entrance.\nLet no steward work alone.",
    cannot_tell: "We cannot tell how we know this.", contact: "The duty officer, +000 555 0100",
  };
  for (const [name, value] of Object.entries(words)) await page.fill(`[name=${name}]`, value);
  await page.fill("[name='own.recipient']", "Festival security office");
  await page.fill("[name='own.address']", FESTIVAL);
}

async function written(threat) {
  const page = await as("mara");
  await page.goto(`${threat}/drafts/new`);
  check("what is cleared stands beside the draft, what is protected does not", await page.locator(".cleared").innerText().then((words) => words.includes("harbour festival") && !words.includes("toolbox")));
  await lessExact(page, threat);
  await fill(page, LEAKING);
  await press(page, "Check and keep this draft");
  check("a draft that leaks is refused with the very words marked", await page.locator("mark.leak").count() > 0 && /refused by the leak check/.test(await text(page)));
  await page.click("text=Write it anew");
  await page.waitForURL(/drafts\/new/);
  check("the reasons stand under the line when it is written anew", await page.locator(".finding", { hasText: "Last time" }).count() > 0);
  await fill(page, CLEAN);
  await press(page, "Check and keep this draft");
  const words = await text(page);
  check("the clean draft waits for a second reader", /waits for a second reader/.test(words) && /nothing found/.test(words));
  check("its writer is told who may approve, and is given no button", /Ben Adeyemi/.test(words) && await page.getByRole("button", { name: "Approve this warning" }).count() === 0);
  return page.url();
}

/** Claims said less exactly, down to nothing, and the draft page as it was. */
async function lessExact(page, threat) {
  await page.click("text=How exact may it be?");
  const claims = page.locator("select[name^='exact.']");
  check("each cleared claim can be said less exactly", await claims.count() > 2);
  for (const claim of await claims.all()) await claim.selectOption({ label: "leave it out" });
  await press(page, "Put these words into the draft");
  check("a draft that says nothing is no warning, and the page says why", /No longer a warning\..*nobody could act on it/.test(await text(page)), await text(page));
  check("the words chosen stand in the draft", await page.inputValue("[name=when]") === "");
  await look(page, "less-exact");
  await page.goto(`${threat}/drafts/new`);
}

/** Somebody is looked up, and who did is seen by those who may. */
async function lookedUp(page) {
  await page.goto(`${base}/register`);
  await page.fill("[name=text]", await page.locator("table strong").first().innerText());
  await page.fill("[name=reason]", "a caller asks");
  await press(page, "Look up");
  check("the register answers with what speaks for a hit", /[1-9]\d* hits?/.test(await text(page)), await text(page));
  await look(page, "looked-up");
  const senior = await as("okafor");
  await senior.goto(`${base}/register/lookups`);
  check("who looked somebody up, and why, is listed", /mara\s+a caller asks/.test(await text(senior)), await text(senior));
  await look(senior, "look-ups");
}

async function approved(threat, draft) {
  const page = await as("ben");
  await page.goto(draft);
  check("the approver sees every rendering and a fingerprint", await page.locator(".renderings details").count() >= 6 && /[0-9a-f]{64}/.test(await text(page)));
  await press(page, "Approve this warning");
  check("approval leads to the deliveries", page.url() === `${threat}#deliveries`);
  const until = Date.now() + 30_000;
  while (!mailTo(FESTIVAL) && Date.now() < until) await new Promise((later) => setTimeout(later, 100));
  check("the e-mail left", !!mailTo(FESTIVAL));
  const handed = /E-mail: desk → Festival security office\s+Handed over/;
  let words = "";
  while (!handed.test(words) && Date.now() < until) {
    await page.reload();
    words = await page.locator("#deliveries").innerText();
  }
  check("the page says that it was handed over, and to whom", handed.test(words), words);
}

async function acknowledged(threat) {
  const page = await as("ana");
  await page.goto(`${threat}#deliveries`);
  await page.locator("summary", { hasText: "Record a receipt" }).first().click();
  await page.fill("form[action$=receipts] [name=evidence]", "half a sentence");
  const link = mailText(mailTo(FESTIVAL) ?? "").match(/https?:\/\/\S+\/a\/[\w-]+/)?.[0];
  check("the e-mail carries a one-time link", !!link);
  const recipient = watch(await (await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })).newPage());
  await recipient.goto(link);
  await stranger(link, "acknowledge");
  check("the recipient's page has no frame and no script, and says nothing of anything else", await recipient.locator("nav, script").count() === 0 && !/knives|steward/.test(await text(recipient)));
  await page.waitForTimeout(500);
  check("opening the link acknowledges nothing", await page.locator("#live").innerText() === "" && await recipient.locator("form").count() === 1, `${link}: ${await text(recipient)}`);
  await recipient.fill("[name=person]", "Kari Nordmann");
  await recipient.fill("[name=words]", "Received, we search bags.");
  const top = await page.evaluate(() => document.querySelector("#deliveries").getBoundingClientRect().top);
  await recipient.getByRole("button").click();
  await recipient.waitForSelector(".answer");
  check("a person's answer acknowledges", /Acknowledged by Kari Nordmann/.test(await text(recipient)));
  await stranger(link, "acknowledged");
  await page.waitForSelector("#live button", { timeout: 15_000 });
  const said = await page.locator("#live").innerText();
  check("the open page announces it without a reload", /Warning acknowledged/.test(said), said);
  check("nothing moved", await page.evaluate(() => document.querySelector("#deliveries").getBoundingClientRect().top) === top);
  await page.locator("#live button").click();
  await page.waitForFunction(() => document.querySelector("#steps").innerText.includes("Kari Nordmann"));
  check("showing it keeps what somebody was typing", await page.inputValue("form[action$=receipts] [name=evidence]") === "half a sentence");
  await page.reload();
  check("the acknowledgement stands there with its words", /acknowledged by Kari Nordmann/.test(await page.locator("#deliveries").innerText()));
}

async function byHand(threat) {
  const page = await as("ana");
  await page.goto(`${threat}#deliveries`);
  await unfold(page, "I have told them myself");
  const form = "form[action$=told]";
  await page.fill(`${form} [name=recipient]`, "Head steward");
  await page.fill(`${form} [name=evidence]`, "at the harbour gate, known by sight");
  await page.fill(`${form} [name=person]`, "Ola Hansen");
  await press(page, "Record that I told them");
  const words = await page.locator("#deliveries").innerText();
  check("telling somebody oneself is recorded with its receipt and answer", /told, says ana: at the harbour gate/.test(words) && /acknowledged by Ola Hansen/.test(words), words);
  await page.goto(`${base}/`);
  await page.click("a.row >> text=Kerman");
  await page.waitForURL(/threats/);
  const sheet = await page.locator("a", { hasText: "Print what to carry" }).first().getAttribute("href");
  const letter = await page.request.get(`${base}${sheet}`);
  check("a letter can be taken out to print", letter.status() === 200 && (await letter.body()).subarray(0, 5).toString() === "%PDF-");
  const inspector = await as("joon");
  check("and not by whom it does not concern", (await inspector.request.get(`${base}${sheet}`)).status() === 409);
}

async function withoutScript() {
  const signInPlain = async (name) => watch(await signIn(browser, base, name, { javaScriptEnabled: false }));
  const page = await signInPlain("mara");
  await page.goto(`${base}/reports`);
  await page.locator("summary", { hasText: "Bring a report in" }).click();
  await page.fill("[name=name]", "letter to the editor");
  await page.fill("[name=reporter]", "newsroom");
  await page.fill("[name=text]", "(U) A reader writes that he will set fire to the newspaper office in Porto, Portugal, on 3 May 2031.");
  await press(page, "Bring this report in");
  await page.click("text=this threat");
  await page.fill("form[action$=victims] [name=name]", "the editor");
  await press(page, "Record who is meant");
  await page.getByRole("link", { name: /^Answer the questions of/ }).click();
  for (const one of await page.locator("#answers > fieldset input[value=met]").all()) await one.check();
  await press(page, "Show what this gives");
  check("without script: what the answers give is shown on request", /These answers give: warn/.test(await page.locator("#result").innerText()));
  await press(page, "Record these answers");
  await page.click("text=Write a draft");
  await fill(page, "There is a threat to set fire to the newspaper office.");
  await page.fill("[name=headline]", "Threat against the newspaper office");
  await page.fill("[name=place]", "The newspaper office in Porto");
  await page.fill("[name=when]", "3 May 2031");
  await press(page, "Check and keep this draft");
  const draft = page.url();
  const approver = await signInPlain("ben");
  await approver.goto(draft);
  check("without script: the draft waits for a second reader", /waits for a second reader/.test(await text(approver)), await text(approver));
  await press(approver, "Approve this warning");
  const words = await text(approver);
  check("without script: sign in, report, answers, draft and approval all work", /Approved by ben/.test(words), words.slice(0, 400));
  check("without script: the time left is told all the same", /\d (min|h|d).* left/.test(await approver.locator("#now").innerText()));
  return draft;
}

/** Every page, light and dark, at three widths: axe-core, weight, sideways scrolling, pictures. */
async function everyPage(threat, draft, plain) {
  const page = await as("mara");
  await page.goto(`${base}/`);
  const kerman = await page.locator("a.row", { hasText: "Kerman" }).getAttribute("href");
  const report = await page.goto(`${base}${kerman}`).then(() => page.locator(".reports a").first().getAttribute("href"));
  const leaking = await page.locator("#draft li a").first().getAttribute("href");
  const nowhere = `${base}/threats/thr_01hjm3zgj0e1y9hb394f0cat5z`;
  const pages = {
    desk: "/", reports: "/reports", report, kerman, threat, "threat-plain": plain.replace(/\/drafts.*/, ""), "draft-leaking": leaking, draft,
    "draft-new": `${threat}/drafts/new`, assessment: await assessmentOf(page, kerman), register: "/register", policies: "/policies", record: "/record", people: "/people", nothing: nowhere,
  };
  for (const [name, address] of Object.entries(pages)) {
    const answer = await page.goto(new URL(address, base).href);
    const weight = (await answer.body()).length + await linked(page);
    check(`${name}: with style and script under ${LARGEST_PAGE / 1000} kB`, weight < LARGEST_PAGE, `${weight} bytes`);
    await look(page, name);
    if (["kerman", "threat", "draft", "report", "record"].includes(name)) await printed(page, name);
  }
  await lookedUp(page);
  await stranger(`${base}/sign-in`, "sign-in");
  const outsider = await stranger(`${base}/verify`, "verify");
  const [, reference, code] = (await page.goto(threat).then(() => page.locator("#deliveries").innerText())).match(/Warning (FW-\S+):[\s\S]*?check it by: (\S+)\./);
  await outsider.fill("[name=reference]", reference);
  await outsider.fill("[name=code]", code);
  await press(outsider, "Check this warning");
  check("a genuine warning is told from a false one", /Yes\./.test(await text(outsider)));
}

/** The determination form of somebody who is meant, also where nothing is left to answer. */
async function assessmentOf(page, threat) {
  const { id, victims } = (await (await page.request.get(`${base}/api/v1${threat}`)).json()).threat;
  return `/threats/${id}/victims/${victims[0].id}/assessment`;
}

/** Looks at a page as somebody who is not signed in. */
async function stranger(address, name) {
  const page = watch(await (await browser.newContext()).newPage());
  await page.goto(address);
  await look(page, name);
  return page;
}

/** What a page brings with it, in bytes. */
async function linked(page) {
  let all = 0;
  for (const address of await page.evaluate(() => [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src)))
    all += (await (await page.request.get(address)).body()).length;
  return all;
}

async function look(page, name) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) check(`${name}: nothing sideways at ${width} px`, false, `${wide} px`);
      if (process.env.PICTURES) {
        fs.mkdirSync(process.env.PICTURES, { recursive: true });
        await page.screenshot({ path: path.join(process.env.PICTURES, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
    await judge(page, `${name}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** What is printed: no buttons or forms, everything unfolded that a reader needs. */
async function printed(page, name) {
  await page.setViewportSize({ width: 800, height: 900 });
  await page.emulateMedia({ media: "print" });
  const shown = await page.evaluate(() => [...document.querySelectorAll("form, button, .button, nav[aria-label=Desk]")].filter((one) => one.checkVisibility()).length);
  check(`${name}: printed without buttons and forms`, shown === 0, `${shown} shown`);
  if (process.env.PICTURES) await page.screenshot({ path: path.join(process.env.PICTURES, `${name}-print.png`), fullPage: true });
  await page.emulateMedia({ media: null });
}

async function judge(page, name) {
  await page.evaluate(() => { for (const one of document.querySelectorAll("details")) one.open = true; });
  await page.evaluate(axe.source);
  const found = await page.evaluate((values) => globalThis.axe.run(document, {
    runOnly: { type: "tag", values }, rules: { "color-contrast-enhanced": { enabled: true } }, resultTypes: ["violations"],
  }), RULES);
  const bad = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  const told = bad.map((one) => `${one.id} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 160)}`).join(" | ");
  check(`${name}: axe-core finds nothing serious; contrast 7:1`, bad.length === 0, told);
}
