/* Draws a table as stacked bars: its first column names the bars, columns with data-series are stacked in their tone.
   Without it the table says the same. */
"use strict";
(function () {
  const drawn = [];
  const style = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();

  function toneOf(name) {
    const probe = document.createElement("span");
    probe.className = name;
    document.body.append(probe);
    const colour = style(probe, "--tone");
    probe.remove();
    return colour;
  }

  function money(value) {
    if (value === 0) return "$0";
    return `$${value.toFixed(value >= 1 ? 2 : value >= 0.01 ? 3 : 6).replace(/(\.\d\d\d*?)0+$/, "$1")}`;
  }

  function read(table) {
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...table.tBodies[0].rows];
    const columns = heads.map((head, index) => ({ head, index })).filter(({ head }) => head.dataset.series);
    return {
      labels: rows.map((row) => row.cells[0].textContent.trim()),
      datasets: columns.map(({ head, index }) => ({
        label: head.textContent.trim(),
        data: rows.map((row) => Number(row.cells[index].dataset.value)),
        backgroundColor: toneOf(head.dataset.series),
        maxBarThickness: 28,
        borderRadius: 2,
      })),
    };
  }

  function axis(grid, quiet) {
    return { stacked: true, border: { display: false }, grid: { color: grid }, ticks: { color: quiet, maxRotation: 0 } };
  }

  function draw(figure) {
    const root = document.documentElement;
    const quiet = style(root, "--quiet"), line = style(root, "--line");
    const x = axis("transparent", quiet), y = axis(line, quiet);
    x.ticks.autoSkipPadding = 16;
    x.ticks.callback = function (value) { return this.getLabelForValue(value).replace(/^\d{4}-(\d\d-\d\d)$/, "$1"); };
    y.ticks.callback = money;
    y.ticks.maxTicksLimit = 6;
    return new window.Chart(figure.querySelector("canvas"), {
      type: "bar",
      data: read(document.getElementById(figure.dataset.chart)),
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        font: { family: style(document.body, "font-family") },
        scales: { x, y },
        plugins: {
          legend: { position: "top", align: "end", labels: { color: quiet, boxWidth: 12, boxHeight: 12 } },
          tooltip: { callbacks: { label: (item) => `${item.dataset.label} ${money(item.parsed.y)}` } },
        },
      },
    });
  }

  function redraw() {
    while (drawn.length) drawn.pop().destroy();
    for (const figure of document.querySelectorAll("[data-chart]")) drawn.push(draw(figure));
  }

  if (!window.Chart) return;
  window.Chart.defaults.font.family = style(document.body, "font-family");
  redraw();
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
})();
