// What pages do with script: keep clocks right by the server's time, tell what changed, move by keys, mark what is new
// since somebody looked. Every page works without it.
"use strict";
(() => {
  const body = document.body;
  const offset = Date.parse(body.dataset.now) - Date.now();
  const span = (minutes) => {
    const days = Math.floor(minutes / 1440), hours = Math.floor(minutes / 60) % 24, rest = minutes % 60;
    if (days > 0) return `${days} d ${hours} h`;
    return hours > 0 ? `${hours} h ${rest} min` : `${rest} min`;
  };
  const tick = () => {
    for (const clock of document.querySelectorAll("[data-due]")) {
      const left = Date.parse(clock.dataset.due) - Date.now() - offset;
      const words = `${span(Math.trunc(Math.abs(left) / 60000))} ${left < 0 ? "overdue" : "left"}`;
      if (clock.textContent !== words) clock.textContent = words;
      clock.classList.toggle("short", left < 3600000);
    }
  };
  tick();
  setInterval(tick, 5000);
  document.addEventListener("visibilitychange", tick);

  // A change announces itself and never moves what is being read or typed: showing it replaces the parts of the page
  // that differ, except those somebody is typing in.
  const live = document.getElementById("live");
  const typed = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")
    || [...part.querySelectorAll("input, textarea")].some((field) => field.type === "radio" || field.type === "checkbox"
      ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  const show = async () => {
    const answer = await fetch(location.href, { redirect: "error" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("main > [id]")) {
      const other = fresh.getElementById(part.id);
      if (!other || other.innerHTML === part.innerHTML || typed(part)) continue;
      const open = [...part.querySelectorAll("details")].map((one) => one.open);
      part.replaceChildren(...other.childNodes);
      if (open.length) [...part.querySelectorAll("details")].forEach((one, at) => { one.open = open[at] ?? one.open; });
      part.classList.add("fresh");
    }
    live.replaceChildren();
    tick();
    looked();
  };
  const announce = (said) => {
    const words = document.createElement("span"), button = document.createElement("button");
    words.textContent = `${said} `;
    button.type = "button";
    button.className = "quiet";
    button.textContent = "Show it";
    button.addEventListener("click", () => show().catch(() => location.reload()));
    live.replaceChildren(words, button);
  };
  let size = body.dataset.size, asking;
  const listen = async () => {
    if (document.hidden || asking) return;
    asking = new AbortController();
    let again = 300;
    try {
      const query = new URLSearchParams({ size, of: body.dataset.watch });
      const answer = await fetch(`/changes?${query}`, { redirect: "error", signal: asking.signal });
      if (!answer.ok) throw new Error();
      const news = await answer.json();
      size = news.size;
      if (news.said) announce(news.said);
    } catch {
      again = 10000;
    }
    asking = undefined;
    setTimeout(listen, again);
  };
  if (live && body.dataset.watch) {
    listen();
    document.addEventListener("visibilitychange", () => document.hidden ? asking?.abort() : listen());
  }

  // "New" on the desk: changed since this browser last showed the threat.
  const key = "looked";
  const memory = () => { try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; } };
  function looked() {
    const known = memory();
    for (const row of document.querySelectorAll("[data-changed]")) {
      const before = known[row.dataset.threat];
      row.querySelector(".new").hidden = !(before && Date.parse(before) < Date.parse(row.dataset.changed));
    }
    if (body.dataset.watch?.startsWith("thr_")) {
      const kept = Object.entries({ ...known, [body.dataset.watch]: new Date(Date.now() + offset).toISOString() });
      try { localStorage.setItem(key, JSON.stringify(Object.fromEntries(kept.slice(-500)))); } catch { /* not kept */ }
    }
  }
  looked();

  // What the answers in a form would give is shown again while somebody answers; nothing is recorded by it.
  for (const form of document.querySelectorAll("form[data-try]")) {
    const part = document.getElementById(form.dataset.try);
    const again = async () => {
      const body = new URLSearchParams(new FormData(form));
      body.set("act", "show");
      const answer = await fetch(form.action, { method: "POST", body, redirect: "error" });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
      if (fresh) part.replaceChildren(...fresh.childNodes);
      tick();
    };
    let waiting;
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => again().catch(() => {}), 400); });
  }

  // A note and its words belong together: whichever is pointed at, both are marked.
  const pairs = (name) => document.querySelectorAll(`[data-claim="${CSS.escape(name)}"]`);
  const mark = (event, on) => {
    const claim = event.target.closest?.("[data-claim]");
    if (claim) for (const one of pairs(claim.dataset.claim)) one.classList.toggle("lit", on);
  };
  for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]])
    document.addEventListener(name, (event) => mark(event, on));

  // A link to something inside a closed part opens it.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let part = target?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    target?.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // Print shows everything that is folded away.
  addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("details:not([open])")) { one.open = true; one.dataset.folded = ""; } });
  addEventListener("afterprint", () => { for (const one of document.querySelectorAll("details[data-folded]")) { one.open = false; delete one.dataset.folded; } });

  const rows = () => [...document.querySelectorAll("a.row")];
  const keys = "Keys: j and k move between lines, Enter opens, g goes to the desk, Tab goes on, ? tells this.";
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = rows(), at = all.indexOf(document.activeElement);
    if (event.key === "j") all[Math.min(at + 1, all.length - 1)]?.focus();
    else if (event.key === "k") all[Math.max(at - 1, 0)]?.focus();
    else if (event.key === "g") location.href = "/";
    else if (event.key === "?" && live) live.textContent = live.textContent === keys ? "" : keys;
    else if (event.key === "Escape" && live) live.replaceChildren();
  });
})();
