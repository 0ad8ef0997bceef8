// Draw every figure from the JSON beside it, in the colours that style.css has at the moment.
"use strict";
(() => {
  const config = { displaylogo: false, responsive: true, displayModeBar: false };

  function coloured(value, style) {
    if (typeof value === "string") {
      const name = /^var\((--[\w-]+)\)$/.exec(value);
      return name ? style.getPropertyValue(name[1]).trim() : value;
    }
    if (Array.isArray(value)) return value.map((each) => coloured(each, style));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, coloured(each, style)]));
  }

  function draw() {
    const style = getComputedStyle(document.documentElement);
    const family = getComputedStyle(document.body).fontFamily;
    for (const plot of document.querySelectorAll(".plot")) {
      const figure = coloured(JSON.parse(plot.nextElementSibling.textContent), style);
      figure.layout.font.family = family;
      Plotly.react(plot, figure.data, figure.layout, config);
    }
  }

  function onPaper(yes) {
    document.documentElement.classList.toggle("paper", yes);
    draw();
  }

  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  addEventListener("beforeprint", () => onPaper(true));
  addEventListener("afterprint", () => onPaper(false));
})();
