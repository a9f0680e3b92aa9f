// SPDX-License-Identifier: Apache-2.0
// What all sections draw with: elements, numbers, the panel of details, the treemap's layout.

const fact = Object.fromEntries(data.facts);
const byId = (id) => document.getElementById(id);

// Makes an element: its attributes, then texts and elements in it. Data never becomes markup.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "style") Object.assign(element.style, value);
    else if (name === "onclick") element.addEventListener("click", value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const number = (value) => Number(value).toLocaleString("en");
const bytes = (value) => value < 1024 ? `${value} bytes` : `${number((value / 1024).toFixed(1))} KiB`;
const count = (value, one, many) => `${number(value)} ${Number(value) === 1 ? one : many}`;

// Shows what was tapped; lines are texts.
function tell(title, lines) {
  const panel = byId("detail");
  panel.lastElementChild.replaceChildren(make("h3", {}, title),
    make("ul", {}, ...lines.map((line) => make("li", {}, line))));
  panel.hidden = false;
  panel.scrollTop = 0;
}
byId("detail").firstElementChild.addEventListener("click", () => { byId("detail").hidden = true; });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") byId("detail").hidden = true; });

// Attributes of what can be tapped, or reached with the keyboard.
const tappable = (title, lines, more) => ({
  tabindex: "0", role: "button", title, onclick: () => tell(title, lines()), ...more,
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.getAttribute("role") === "button") event.target.click();
});

// Buttons of which one is pressed.
function choice(id, names, chosen) {
  const buttons = names.map((name, i) => make("button", {
    type: "button", "aria-pressed": String(i === 0),
    onclick: () => {
      buttons.forEach((button, j) => button.setAttribute("aria-pressed", String(i === j)));
      chosen(i);
    },
  }, name));
  byId(id).replaceChildren(...buttons);
  chosen(0);
}

// Lays rectangles out in one: as near to squares as rows allow. Items have a size, and get x, y, w, h.
function squarify(items, x, y, w, h) {
  let rest = items.filter((item) => item.size > 0).sort((a, b) => b.size - a.size);
  const done = [];
  while (rest.length > 0) {
    const total = rest.reduce((sum, item) => sum + item.size, 0);
    const scale = w * h / total;
    const side = Math.min(w, h);
    let taken = 1;
    let best = Infinity;
    for (let n = 1, sum = 0; n <= rest.length; n++) {
      sum += rest[n - 1].size * scale;
      const worst = Math.max(side * side * rest[0].size * scale / (sum * sum),
        sum * sum / (side * side * rest[n - 1].size * scale));
      if (worst > best) break;
      best = worst;
      taken = n;
    }
    const row = rest.slice(0, taken);
    const thick = row.reduce((sum, item) => sum + item.size, 0) * scale / side;
    let at = 0;
    for (const item of row) {
      const long = item.size * scale / thick;
      done.push(w >= h ? { ...item, x, y: y + at, w: thick, h: long } : { ...item, x: x + at, y, w: long, h: thick });
      at += long;
    }
    if (w >= h) { x += thick; w -= thick; } else { y += thick; h -= thick; }
    rest = rest.slice(taken);
  }
  return done;
}

// The sums of a table's column by the value of another.
function sums(rows, key, value) {
  const result = new Map();
  for (const row of rows) result.set(key(row), (result.get(key(row)) || 0) + value(row));
  return result;
}
