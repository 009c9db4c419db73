// Every visible text of the page, and the contrast to its ground by WCAG's formula.
() => {
  function parts(colour) {
    return (colour.match(/[\d.]+/g) ?? []).map(Number);
  }
  function luminance(colour) {
    const [red, green, blue] = parts(colour).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
  function ground(element) {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (parts(colour).length === 3 || parts(colour)[3] === 1) {
        return colour;
      }
    }
    return "rgb(255, 255, 255)";
  }
  const found = [];
  for (const element of document.querySelectorAll("#llmcost *")) {
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()).join("");
    const text = own || element.value || element.placeholder;
    if (text && element.checkVisibility() && typeof text === "string") {
      const [light, dark] = [getComputedStyle(element).color, ground(element)].map(luminance).sort((a, b) => b - a);
      found.push([text.slice(0, 60), (light + 0.05) / (dark + 0.05)]);
    }
  }
  return found;
}
