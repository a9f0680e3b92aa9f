// SPDX-License-Identifier: Apache-2.0
// Cards, treemap, stack, coverage.

const stacks = data.stack.filter((row) => !row[0].startsWith("(")).sort((a, b) => b[1] - a[1]);
const limit = Number(fact.stack_svc);

byId("cards").append(...[
  [number(data.commands.length), "commands in the table"],
  [bytes(fact.image_bytes), "of code and data in the image"],
  [`${(100 * stacks[0][1] / limit).toFixed(0)} %`, `of the stack at the deepest: ${number(stacks[0][1])} of ${number(limit)} bytes`],
  [number(new Set(data.trace.flatMap((row) => row[4].split(","))).size), "tests name a command"],
  [number(new Set(data.secrets.map((row) => row[0])).size), `secrets, wiped at ${data.secrets.filter((row) => row[3] === "wiped").length} places`],
  [number(data.untested.length), "gaps, listed below"],
].map(([value, text]) => make("div", { class: "card" }, make("b", {}, value), make("span", {}, text))));

// One colour a module, around the circle.
const modules = [...new Set(data.sizes.map((row) => row[1]))].sort();
const colour = (module) => module.startsWith("(") ? "hsl(0 0% var(--shade))"
  : `hsl(${Math.round(modules.indexOf(module) * 360 / modules.length)} 42% calc(var(--shade) - 14%))`;

// Files in their modules: two layouts, one in the other.
function drawMap(sections) {
  const rows = data.sizes.filter((row) => sections.includes(row[0]));
  const map = byId("treemap");
  const total = rows.reduce((sum, row) => sum + Number(row[4]), 0);
  const perModule = [...sums(rows, (row) => row[1], (row) => Number(row[4]))].map(([name, size]) => ({ name, size }));
  map.replaceChildren();
  for (const module of squarify(perModule, 0, 0, map.clientWidth, map.clientHeight)) {
    const own = rows.filter((row) => row[1] === module.name);
    const files = [...sums(own, (row) => row[2], (row) => Number(row[4]))].map(([name, size]) => ({ name, size }));
    for (const tile of squarify(files, module.x, module.y, module.w, module.h)) {
      const pieces = own.filter((row) => row[2] === tile.name).sort((a, b) => b[4] - a[4]);
      map.append(make("div", tappable(`${tile.name}: ${bytes(tile.size)}`,
        () => pieces.slice(0, 40).map((row) => `${row[3] || "between pieces"}: ${number(row[4])}`), {
          class: "tile",
          style: { left: `${tile.x}px`, top: `${tile.y}px`, width: `${tile.w}px`, height: `${tile.h}px`, background: colour(module.name) },
        }), tile.w > 54 && tile.h > 16 ? tile.name.replace(/^.*\//, "") : null));
    }
  }
  byId("modules").replaceChildren(...perModule.sort((a, b) => b.size - a.size).map((module) => make("li", {},
    make("i", { style: { background: colour(module.name) } }),
    `${module.name} ${bytes(module.size)} (${(100 * module.size / total).toFixed(1)} %)`)));
}
const maps = [[".text", ".rodata", ".data"], [".bss", ".bulk", ".stacks"]];
let mapShown = 0;
choice("bytes-choice", ["in the image", "in memory alone"], (i) => { mapShown = i; drawMap(maps[i]); });
addEventListener("resize", () => drawMap(maps[mapShown]));

// Bars against the stack, or against the deepest of them.
choice("stack-choice", ["whole stack", "deepest command"], (i) => {
  const full = i === 0 ? limit : Number(stacks[0][1]);
  byId("stacks").replaceChildren(...stacks.map((row) => make("div",
    tappable(`${row[0]}: ${number(row[1])} of ${number(limit)} bytes`,
      () => row[3].split(" > ").map((step) => step.replace(/:(\d+)$/, ": $1")), { class: "bar" }),
    make("b", {}, row[0]), make("span", {}, number(row[1])),
    make("div", {}, make("i", { style: { width: `${100 * row[1] / full}%` } })))));
});

// The matrix: columns by how many commands have the status.
const how = new Map(data.statuses.map((row) => [`${row[0]} ${row[1]}`, row]));
const columns = [...sums(data.statuses, (row) => row[1], () => 1)].sort((a, b) => b[1] - a[1]).map(([name]) => name);
const words = {
  named: (row) => `${count(row[3], "test names", "tests name")} the command and the status`,
  run: () => "no test names both; the suite of its API fails unless it was returned",
  apart: () => "left out of the suites; tests show the status, none names both",
  none: () => "no test",
};
const tested = new Map(data.trace.map((row) => [row[1], row]));
const testLines = (row) => row[4] === "-" ? ["no test by name"] : row[4].split(",").map((test) => test.replace("@", " in "));
byId("matrix").append(
  make("thead", {}, make("tr", {}, make("th", {}), ...columns.map((name) => make("th", {}, make("div", {}, name))))),
  make("tbody", {}, ...data.commands.map(([command, section, file]) => make("tr", {},
    make("th", tappable(`${command}, section ${section}`, () => {
      const row = tested.get(command);
      return [file, `threats: ${row[3].replaceAll(",", ", ")}`, ...testLines(row)];
    }), command),
    ...columns.map((status) => {
      const row = how.get(`${command} ${status}`);
      return make("td", {}, row === undefined ? null
        : make("i", tappable(`${command}: ${status}`, () => [words[row[2]](row)], { class: `cell ${row[2]}` })));
    })))));

// Sections: what each leads to.
byId("section-list").append(...data.sections.map(([section, commands, sources, tests, through]) => make("div",
  tappable(`section ${section}`, () => [["commands", commands], ["cited by", sources], ["tests", tests], ["by way of", through]]
    .filter(([, list]) => list !== "-").map(([what, list]) => `${what}: ${list.replaceAll(",", ", ")}`),
  { class: `chip ${tests !== "-" ? "named" : through !== "-" ? "run" : "none"}` }), section)));
