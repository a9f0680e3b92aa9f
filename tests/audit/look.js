// SPDX-License-Identifier: Apache-2.0
// Looks at the page that it is appended to, and says what is wrong, or that all is drawn.

const faults = [];
const expect = (good, text) => { if (!good) faults.push(text); };
const drawn = (selector) => document.querySelectorAll(selector).length;

expect(drawn("#cards .card") === 6, "cards");
expect(drawn(".bar") === data.commands.length, "a bar for each command");
expect(drawn("#matrix td .cell") === data.statuses.length, "a cell for each status");
expect(drawn(".chip") === data.sections.length, "sections");
expect(drawn("#threat-list .row") === data.threats.length, "threats");
expect(drawn(".life") === new Set(data.secrets.map((row) => row[0])).size, "a lane for each secret");
expect(drawn("#gap-list li") === data.untested.length, "gaps");
expect(drawn("#doors .row") > 10, "ways to memory");

// The map is full, and no field leaves it.
const area = byId("treemap").getBoundingClientRect();
let covered = 0;
for (const tile of document.querySelectorAll(".tile")) {
  const box = tile.getBoundingClientRect();
  covered += box.width * box.height;
  expect(box.left > area.left - 2 && box.right < area.right + 3, `field outside of the map: ${tile.title}`);
}
expect(Math.abs(covered / (area.width * area.height) - 1) < 0.05, `the map is covered ${covered / (area.width * area.height)} times`);

// Nothing but the matrix, which scrolls by itself, is wider than the window, or than its section.
const fits = () => {
  expect(document.documentElement.scrollWidth <= innerWidth, `wider than the window: ${document.documentElement.scrollWidth}`);
  for (const section of document.querySelectorAll("section")) {
    const around = section.getBoundingClientRect();
    for (const element of section.querySelectorAll("*")) {
      const box = element.getBoundingClientRect();
      const shown = element.getClientRects().length > 0 && !element.parentElement.closest(".scroll, .map");
      expect(!shown || (box.left >= around.left && box.right <= around.right),
        `${element.tagName} ${element.className} leaves its section: ${box.left} to ${box.right}`);
    }
  }
};
fits();
for (const closed of document.querySelectorAll("details")) closed.open = true;
fits();

// A tap tells something.
document.querySelector(".bar").click();
expect(!byId("detail").hidden && drawn("#detail li") > 3, "the way of a stack");
byId("detail").firstElementChild.click();
expect(byId("detail").hidden, "the panel is closed");

const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
console.log(`looked at ${innerWidth}: ${faults.length === 0 ? "all is drawn" : faults.slice(0, 5).join("; ")}, ${scheme}`);
