// Charts of leaders' pages, each beside a table with the same figures. Without the chart library the tables are opened.
(() => {
  "use strict";
  const data = (id) => JSON.parse(document.getElementById(id).textContent);
  const canvasOf = (name) => document.querySelector(`canvas[data-chart="${name}"]`);
  const charts = [];
  const numbers = (texts) => texts.map((text) => (text === null ? null : Number(text)));

  const colours = () => {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(`--console-${name}`).trim();
    return { ink: read("ink"), quiet: read("quiet"), line: read("line"), strong: read("strong"), paper: read("paper"), bar: read("bar"), read };
  };

  const short = (value) => {
    const size = Math.abs(value);
    if (size >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
    if (size >= 1e3) return `${Math.round(value / 1e3)} k`;
    return `${Math.round(value)}`;
  };

  // Provisional months are hatched, so that nobody takes a moving figure for a final one.
  const hatched = (colour, paper) => {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = paper;
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.beginPath();
    for (const start of [-8, 0, 8]) {
      pen.moveTo(start, 8);
      pen.lineTo(start + 8, 0);
    }
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  };

  const axes = (c, currency, along) => {
    const money = { grid: { color: c.line }, border: { display: false }, ticks: { color: c.quiet, callback: short, maxTicksLimit: 6 }, title: { display: true, text: currency, color: c.quiet } };
    const names = { grid: { display: false }, border: { color: c.line }, ticks: { color: c.quiet, autoSkip: along === "x" } };
    return along === "x" ? { x: names, y: { ...money, beginAtZero: true } } : { y: names, x: { ...money, beginAtZero: true } };
  };

  const plugins = (c, currency, provisional) => ({
    legend: { position: "bottom", labels: { color: c.ink, boxWidth: 14, boxHeight: 10 } },
    tooltip: {
      callbacks: {
        label: (item) => `${item.dataset.label}: ${currency} ${short(item.raw)}`,
        footer: (items) => (provisional && provisional[items[0].dataIndex] ? "provisional" : ""),
      },
    },
  });

  const months = (c) => {
    const d = data("chart-months");
    const fill = d.provisional.map((moving) => (moving ? hatched(c.bar, c.paper) : c.bar));
    return {
      type: "bar",
      data: {
        labels: d.labels,
        datasets: [
          {
            type: "line", label: "Returned, validated cash", data: numbers(d.returned), borderColor: c.strong, backgroundColor: c.strong,
            borderWidth: 2.5, pointRadius: 3, order: 0,
            segment: { borderDash: (part) => (d.provisional[part.p1DataIndex] ? [5, 4] : undefined) },
          },
          { label: "Invested", data: numbers(d.invested), backgroundColor: fill, borderColor: c.bar, borderWidth: 1, borderRadius: 3, order: 1 },
        ],
      },
      options: { responsive: true, maintainAspectRatio: false, animation: false, scales: axes(c, d.currency, "x"), plugins: plugins(c, d.currency, d.provisional) },
    };
  };

  const rolling = (c) => {
    const d = data("chart-months");
    const percent = (value) => `${value} %`;
    return {
      type: "line",
      data: { labels: d.labels, datasets: [{ label: "ROI of twelve months", data: numbers(d.rolling), borderColor: c.strong, backgroundColor: c.strong, borderWidth: 2, pointRadius: 2 }] },
      options: {
        responsive: true, maintainAspectRatio: false, animation: false,
        scales: {
          x: { grid: { display: false }, border: { color: c.line }, ticks: { color: c.quiet } },
          y: { grid: { color: (line) => (line.tick.value === 0 ? c.quiet : c.line) }, border: { display: false }, suggestedMin: 0, suggestedMax: 0, ticks: { color: c.quiet, callback: percent, maxTicksLimit: 5 } },
        },
        plugins: { legend: { display: false }, tooltip: { callbacks: { label: (item) => percent(item.raw) } } },
      },
    };
  };

  const work = (c) => {
    const d = data("chart-work");
    const bars = d.kinds.map((kind, place) => ({ label: kind, data: numbers(d.amounts[place]), backgroundColor: c.read(`work-${kind}`) }));
    const { x, y } = axes(c, d.currency, "y");
    return {
      type: "bar",
      data: { labels: d.labels, datasets: bars },
      options: {
        indexAxis: "y", responsive: true, maintainAspectRatio: false, animation: false,
        scales: { x: { ...x, stacked: true }, y: { ...y, stacked: true } }, plugins: plugins(c, d.currency),
      },
    };
  };

  const draw = () => {
    charts.splice(0).forEach((chart) => chart.destroy());
    const c = colours();
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    for (const [name, make] of [["months", months], ["rolling", rolling], ["work", work]]) {
      const canvas = canvasOf(name);
      if (canvas) charts.push(new Chart(canvas, make(c)));
    }
  };

  const start = () => {
    if (!window.Chart) {
      document.querySelectorAll(".overview-canvas").forEach((box) => { box.hidden = true; });
      document.querySelectorAll(".overview details").forEach((table) => { table.open = true; });
      return;
    }
    // As high as its bars need.
    document.querySelectorAll(".overview-canvas[data-rows]").forEach((box) => { box.style.height = `${7 + 1.9 * Number(box.dataset.rows)}rem`; });
    draw();
    // A sidebar that opens, or a phone that turns, changes the width without a resize of the window.
    const box = new ResizeObserver(() => charts.forEach((chart) => chart.resize()));
    document.querySelectorAll(".overview-canvas").forEach((element) => box.observe(element));
    // Light and dark are a class or an attribute of the page.
    // Paper is light: charts are drawn for it before a page is printed, and for the screen after.
    window.addEventListener("beforeprint", draw);
    window.addEventListener("afterprint", draw);
    new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme"] });
  };

  if (document.readyState === "complete") start();
  else window.addEventListener("load", start);
})();
