// What the browser test and the pictures share: the program, the browser, signing in.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const PROGRAM = process.argv[2] ?? process.env.FOREWARN ?? path.join(ROOT, "target/release/forewarn");
export const PICTURES = path.join(ROOT, "docs/pictures");
const PASSWORD = "demonstration only";
const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A directory that goes when the test ends. */
export const temporary = () => fs.mkdtempSync(path.join(os.tmpdir(), "forewarn-browser-"));

/** A port that was free a moment ago. */
export const freePort = () => new Promise((done, failed) => {
  const server = net.createServer().once("error", failed).listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

/** Runs the program to its end. */
export const run = (...given) => new Promise((done, failed) => {
  const child = spawn(PROGRAM, given, { stdio: ["ignore", "ignore", "inherit"] });
  child.once("error", failed);
  child.once("exit", (code) => code === 0 ? done() : failed(new Error(`${given.join(" ")} ended with ${code}`)));
});

/** Starts the program and waits until it answers at `base` and has said `ready`, if that is given. Answers how to stop it. */
export const start = async (base, given, ready = "") => {
  const child = spawn(PROGRAM, given, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (piece) => { said += piece; });
  let ended;
  const end = new Promise((done) => child.once("exit", (code) => { ended = code; done(); }));
  child.once("error", (cause) => { ended = cause; });
  const until = Date.now() + 120_000;
  for (;;) {
    if (ended !== undefined) throw new Error(`${PROGRAM} ${given.join(" ")} ended: ${ended}`);
    if (Date.now() > until) throw new Error(`${PROGRAM} does not answer at ${base}`);
    try {
      const answer = await fetch(`${base}/sign-in`);
      await answer.text();
      if (answer.ok && said.includes(ready)) break;
    } catch { /* not yet */ }
    await new Promise((later) => setTimeout(later, 200));
  }
  return async () => { child.kill("SIGTERM"); await end; };
};

/** A mail server that keeps what it is given, for the recipient's one-time link. */
export const mailServer = async () => {
  const mails = [];
  const server = net.createServer((socket) => {
    let data = "", inMail = false;
    const say = (line) => socket.write(`${line}\r\n`);
    say("220 sink");
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      data += chunk.toString("latin1");
      for (;;) {
        const end = inMail ? data.indexOf("\r\n.\r\n") : data.indexOf("\r\n");
        if (end < 0) return;
        const piece = data.slice(0, end);
        data = data.slice(end + (inMail ? 5 : 2));
        if (inMail) { mails.push(piece); inMail = false; say("250 kept"); continue; }
        const word = piece.slice(0, 4).toUpperCase();
        if (word === "DATA") { inMail = true; say("354 go on"); }
        else if (word === "QUIT") { say("221 bye"); socket.end(); }
        else if (word === "EHLO") say("250 sink");
        else say("250 ok");
      }
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { port: server.address().port, mails, stop: () => server.close() };
};

/** The text of a mail whose body is quoted-printable, base 64 or plain. */
export const mailText = (mail) => {
  const at = mail.indexOf("\r\n\r\n"), head = mail.slice(0, at).toLowerCase(), body = mail.slice(at + 4);
  if (head.includes("base64")) return Buffer.from(body, "base64").toString("utf8");
  if (!head.includes("quoted-printable")) return body;
  return body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
};

/** A browser with a profile of its own. */
export const openBrowser = () => {
  const executablePath = BROWSERS.find((name) => name && fs.existsSync(name));
  if (!executablePath) throw new Error("no Chromium found: install it (apt-get install chromium) or set CHROMIUM");
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath, args, headless: true });
};

/** Signs somebody in on a page of a context of their own. */
export const signIn = async (browser, base, name, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  await page.goto(`${base}/sign-in`);
  await page.fill("[name=name]", name);
  await page.fill("[name=password]", PASSWORD);
  await page.click("main button");
  await page.waitForURL(`${base}/`);
  return page;
};
