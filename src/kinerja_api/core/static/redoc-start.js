"use strict";

window.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("redoc");
  const system = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
  const typography = { fontFamily: system, headings: { fontFamily: system } };
  Redoc.init(place.dataset.openapi, { theme: { typography } }, place);
});
