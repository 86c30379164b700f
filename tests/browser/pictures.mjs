// Makes the pictures of the README from the program: `node pictures.mjs [PROGRAM]`.
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { PICTURES, freePort, openBrowser, signIn, start, temporary } from "./desk.lib.mjs";

const LARGEST = 300_000;
const FRESH = "(U) A caller says that two men plan to stab the stewards at the harbour festival in Bergen, Norway, on 3 February 2024.";

const data = temporary(), base = `http://127.0.0.1:${await freePort()}`;
const story = ["demo", "--listen", base.slice(7), "--data", path.join(data, "desk")];
const stop = await start(base, story, "The desk stays open");
const browser = await openBrowser();
fs.mkdirSync(PICTURES, { recursive: true });
try {
  // The story ends with everything closed; a report that came in just now shows a desk with a clock running.
  const intake = await signIn(browser, base, "ilse");
  await intake.goto(`${base}/reports#bring`);
  await intake.fill("[name=name]", "harbour call");
  await intake.fill("[name=reporter]", "harbour police");
  await intake.fill("[name=text]", FRESH);
  await intake.getByRole("button", { name: "Bring this report in" }).click();
  await intake.waitForURL(/reports\/rep_/);
  const page = await signIn(browser, base, "mara");
  const picture = async (name) => {
    const file = path.join(PICTURES, name);
    await page.evaluate(() => document.getElementById("live")?.replaceChildren());
    fs.writeFileSync(file, smaller(await page.screenshot()));
    const { size } = fs.statSync(file);
    console.log(`${name} ${size} bytes`);
    if (size > LARGEST) throw new Error(`${name} is larger than ${LARGEST} bytes`);
  };
  await page.setViewportSize({ width: 1440, height: 720 });
  await picture("desk.png");
  await page.click("a.row >> text=Kerman");
  await page.setViewportSize({ width: 1440, height: 1300 });
  await picture("threat.png");
} finally {
  await browser.close();
  await stop();
  fs.rmSync(data, { recursive: true, force: true });
}

/** The same picture, packed as tightly as deflate can. */
function smaller(png) {
  const parts = [png.subarray(0, 8)], image = [];
  for (let at = 8; at < png.length;) {
    const size = png.readUInt32BE(at), kind = png.toString("latin1", at + 4, at + 8), whole = png.subarray(at, at + 12 + size);
    if (kind === "IDAT") image.push(png.subarray(at + 8, at + 8 + size));
    else if (kind === "IEND") parts.push(chunk("IDAT", zlib.deflateSync(zlib.inflateSync(Buffer.concat(image)), { level: 9, memLevel: 9 })), whole);
    else parts.push(whole);
    at += 12 + size;
  }
  const packed = Buffer.concat(parts);
  return packed.length < png.length ? packed : png;
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]), whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(zlib.crc32 ? zlib.crc32(body) : crc(body), body.length + 4);
  return whole;
}

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
