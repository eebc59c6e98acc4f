/* Sets light or dark before anything is drawn: what the person chose, else what the system says. */
"use strict";
(function () {
  const system = matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    let chosen = null;
    try { chosen = localStorage.getItem("understudy-theme"); } catch { /* storage may be closed to us */ }
    document.documentElement.dataset.bsTheme = chosen || (system.matches ? "dark" : "light");
  }
  system.addEventListener("change", apply);
  apply();
})();
