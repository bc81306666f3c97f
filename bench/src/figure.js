/** The figure of the report, as SVG. */

import * as Plot from "@observablehq/plot";

window.figure = (bars) => {
  const plot = Plot.plot({
    width: 720,
    height: 300,
    marginLeft: 55,
    style: { background: "white", fontFamily: "system-ui, sans-serif" },
    fx: { label: "glyphs in a batch", domain: [...new Set(bars.map((bar) => bar.size))] },
    x: { axis: null, domain: [...new Set(bars.map((bar) => bar.engine))] },
    y: { label: "ms a glyph", grid: true },
    color: { legend: false, range: ["#2440c8", "#e08214", "#7a7a7a"] },
    marks: [
      Plot.barY(bars, { fx: "size", x: "engine", y: "ms", fill: "engine" }),
      Plot.text(bars, { fx: "size", x: "engine", y: "ms", text: (bar) => bar.ms.toFixed(2), dy: -6, fontSize: 9 }),
      Plot.text(bars.filter((bar) => bar.size === bars[0].size), { fx: "size", x: "engine", y: 0, text: "engine", rotate: -90, textAnchor: "start", dx: 0, dy: -4, fill: "white", fontSize: 9 }),
      Plot.ruleY([0]),
    ],
  });
  const svg = plot.tagName === "svg" ? plot : plot.querySelector("svg");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${svg.outerHTML}\n`;
};
