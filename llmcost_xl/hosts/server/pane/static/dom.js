// The page's small tools. Text from the server reaches the page as text only: nothing here parses HTML.

export const $ = (id) => document.getElementById(id);

/** A new element: its attributes (on... are listeners), then its children, text or elements. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else if (value !== false && value !== null) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

/** A paragraph for each line of a docstring; what stands in backticks is code. */
export function prose(text) {
  return text.split(/\n\s*\n/).map((paragraph) => {
    const parts = paragraph.replace(/\s*\n\s*/g, " ").split("`");
    return element("p", { class: "prose" }, parts.map((part, at) => (at % 2 ? element("code", {}, part) : part)));
  });
}

export function notice(kind, sentence) {
  return element("p", { class: `notice ${kind}`, role: kind === "error" ? "alert" : "status" }, sentence);
}

/** A number as a cell of format General shows it, with separators for thousands. */
export function number(value) {
  if (value !== 0 && (Math.abs(value) < 1e-9 || Math.abs(value) >= 1e15)) {
    return value.toPrecision(6).replace(/\.?0+e/, "e");
  }
  return new Intl.NumberFormat("en-US", { maximumSignificantDigits: 10 }).format(value);
}

/** An amount of money: two decimals, more where they say something. */
export function amount(value) {
  const digits = Math.abs(value) < 0.01 && value !== 0 ? 6 : 4;
  return new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: digits }).format(value);
}

/** Work behind a button: it cannot be pressed meanwhile, and a failure is told at `place`. */
export async function busy(button, place, work) {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (failure) {
    place.replaceChildren(notice("error", failure.message));
  } finally {
    button.removeAttribute("aria-busy");
    button.disabled = false;
  }
}

/** Call `work` once nothing has happened for a moment. */
export function settled(work, milliseconds = 250) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), milliseconds);
  };
}

/** Copy text and say so on the button. */
export async function copy(button, text) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = copiedByHand(text) ? "Copied" : "Copying is not allowed here";
  }
  setTimeout(() => (button.textContent = label), 1600);
}

/** The older way, for hosts that keep the clipboard from frames. */
function copiedByHand(text) {
  const box = element("textarea", { class: "unseen", "aria-hidden": "true" });
  box.value = text;
  document.body.append(box);
  box.select();
  const copied = document.execCommand("copy");
  box.remove();
  return copied;
}
