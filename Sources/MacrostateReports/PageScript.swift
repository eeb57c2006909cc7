/// The page's own script: draws every view in the colours that the reader's system asks for, and says so where it cannot.
enum PageScript {
  static let text = #"""
    (() => {
      "use strict";
      const root = document.documentElement;
      const views = [...document.querySelectorAll("[data-view]")];
      const read = (id) => JSON.parse(document.getElementById(id).textContent);
      const themes = read("chart-themes");
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const drawn = new Map();

      async function draw(view) {
        try {
          drawn.get(view)?.finalize();
          const config = themes[dark.matches ? "dark" : "light"];
          drawn.set(view, await vegaEmbed(view, read(view.dataset.view), { renderer: "svg", actions: false, config }));
        } catch (error) {
          view.className = "undrawn";
          view.removeAttribute("style");
          view.textContent = `This chart could not be drawn (${error.message}). ${view.getAttribute("aria-label")}`;
        }
      }

      async function drawAll() {
        root.dataset.theme = dark.matches ? "dark" : "light";
        await Promise.all(views.map(draw));
        root.dataset.charts = "drawn";
      }

      dark.addEventListener("change", drawAll);
      drawAll();
    })();
    """#
}
