// Builds elements from data. Text is always set as text, never parsed as HTML.

export const $ = (id) => document.getElementById(id);

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// A link that has the focus keeps it, as the new link to the same place.
export function fill(body, rows) {
  const focused = body.contains(document.activeElement) && document.activeElement.getAttribute("href");
  body.replaceChildren(...rows);
  if (focused) [...body.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === focused)?.focus();
}

// Shows a message in the middle of the page, where there is nothing else to show. An empty title hides it.
export function showState(title, text = "", retry = null) {
  $("state").hidden = !title;
  $("state-title").textContent = title;
  $("state-text").textContent = text;
  $("retry").hidden = !retry;
  $("retry").onclick = retry;
}

export function notice(text, kind = "info") {
  const shown = $("notice");
  if (shown.hidden === !text && shown.textContent === text) return;
  shown.textContent = text;
  shown.dataset.kind = kind;
  shown.hidden = !text;
}
