/* What the pages do by themselves: the theme switch, relative times, and new messages. Without it, all pages still work. */
"use strict";
(function () {
  const POLL_MILLIS = 2000;
  const TICK_MILLIS = 5000;
  const MOST_ROWS = 500;
  const STEPS = [[60, "s", 1], [3600, "min", 60], [86400, "h", 3600], [604800, "d", 86400]];
  const find = (selector) => document.querySelector(selector);

  function switchTheme() {
    const next = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    document.documentElement.dataset.bsTheme = next;
    try { localStorage.setItem("understudy-theme", next); } catch { /* it then lasts for this page */ }
  }

  function ago(seconds) {
    if (seconds < 3) return "just now";
    for (const [limit, unit, length] of STEPS) if (seconds < limit) return `${Math.floor(seconds / length)} ${unit} ago`;
    return null;
  }

  function tick() {
    for (const element of document.querySelectorAll("time[data-ago]")) {
      const text = ago((Date.now() - Date.parse(element.dateTime)) / 1000);
      if (text && element.textContent !== text) element.textContent = text;
    }
  }

  function isLive() {
    const button = find("[data-live]");
    return button !== null && button.getAttribute("aria-pressed") === "true" && !document.hidden;
  }

  function toggleLive(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    button.querySelector("[data-live-label]").textContent = on ? "Live" : "Paused";
  }

  function poll() {
    const poller = find("[data-poll]");
    if (poller && isLive() && window.htmx) window.htmx.trigger(poller, "poll");
  }

  /* New rows are asked for from a little before the newest one shown, so some are here already: those are dropped. */
  function arrived() {
    let count = 0;
    for (const row of document.querySelectorAll("#rows .is-fresh:not([data-told])")) {
      if (document.querySelectorAll(`[id="${row.id}"]`).length > 1) { row.remove(); continue; }
      row.dataset.told = "";
      count += 1;
    }
    if (count) {
      find("[data-announce]").textContent = `${count} new message${count === 1 ? "" : "s"}`;
      const note = find("[data-empty]");
      if (note) note.remove();
      const rows = document.querySelectorAll("#rows tr");
      for (let i = rows.length - 1; i >= MOST_ROWS; i -= 1) rows[i].remove();
    }
    tick();
  }

  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-toggle]");
    const live = event.target.closest("[data-live]");
    if (theme) switchTheme();
    if (live) toggleLive(live);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-filters]");
    if (form && event.target.matches("select")) form.requestSubmit();
  });
  document.addEventListener("htmx:afterOnLoad", arrived);
  document.addEventListener("visibilitychange", poll);
  setInterval(poll, POLL_MILLIS);
  setInterval(tick, TICK_MILLIS);
})();
