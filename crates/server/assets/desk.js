// What pages do with script: keep clocks right by the server's time, tell that something changed, move by keys.
// Every page works without it.
"use strict";
(() => {
  const offset = Date.parse(document.body.dataset.now) - Date.now();
  const span = (minutes) => {
    const days = Math.floor(minutes / 1440), hours = Math.floor(minutes / 60) % 24, rest = minutes % 60;
    if (days > 0) return `${days} d ${hours} h`;
    return hours > 0 ? `${hours} h ${rest} min` : `${rest} min`;
  };
  const tick = () => {
    for (const clock of document.querySelectorAll("[data-due]")) {
      const left = Math.trunc((Date.parse(clock.dataset.due) - Date.now() - offset) / 60000);
      const words = `${span(Math.abs(left))} ${left < 0 ? "overdue" : "left"}`;
      if (clock.textContent !== words) clock.textContent = words;
      clock.classList.toggle("short", left < 60);
    }
  };
  tick();
  setInterval(tick, 5000);
  document.addEventListener("visibilitychange", tick);

  // A change announces itself and never moves what is being read or typed.
  const live = document.getElementById("live");
  let size = "";
  const listen = async () => {
    try {
      const answer = await fetch(`/changes?size=${size}`, { redirect: "error" });
      const now = await answer.text();
      if (size !== "" && now !== size && live.childElementCount === 0) {
        const link = document.createElement("a");
        link.href = location.pathname;
        link.textContent = "Something changed. Show it.";
        live.append(link);
      }
      size = now;
      setTimeout(listen, 500);
    } catch {
      setTimeout(listen, 10000);
    }
  };
  if (live) listen();

  const rows = () => [...document.querySelectorAll("a.row")];
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows().indexOf(document.activeElement);
    if (event.key === "j") rows()[Math.min(at + 1, rows().length - 1)]?.focus();
    else if (event.key === "k") rows()[Math.max(at - 1, 0)]?.focus();
    else if (event.key === "?" && live) live.textContent = "j and k move between lines, Enter opens, Tab goes on, ? tells this.";
  });
})();
