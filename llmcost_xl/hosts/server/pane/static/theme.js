// Light or dark, before the first paint: as Excel says where it does, else as the system does.
(function () {
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function isDarkInOffice() {
    const colour = window.Office?.context?.officeTheme?.bodyBackgroundColor;
    const parts = /^#(..)(..)(..)$/.exec(colour || "");
    return parts && parts.slice(1).reduce((sum, part) => sum + parseInt(part, 16), 0) < 3 * 128;
  }

  window.llmcostTheme = function () {
    const dark = isDarkInOffice() ?? system.matches;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  };
  system.addEventListener("change", window.llmcostTheme);
  window.llmcostTheme();
})();
