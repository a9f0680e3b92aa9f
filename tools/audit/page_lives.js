// SPDX-License-Identifier: Apache-2.0
// Threats, ways to memory, secrets, gaps, how to build it again.

byId("threat-list").append(...data.threats.map(([id, title, tests, mutants, commands]) => make("div",
  tappable(`${id} ${title}`, () => commands === "-" ? ["of no command in particular"] : commands.split(" "), { class: "row" }),
  make("b", {}, id), make("div", {}, title.replace(/\.$/, "")),
  make("span", {}, `${count(tests, "test", "tests")}, ${count(mutants, "mutant", "mutants")}`),
  make("div", { class: "dots", "aria-hidden": "true" },
    ...Array.from({ length: Number(tests) }, () => make("i", {})),
    ...Array.from({ length: Number(mutants) }, () => make("i", { class: "mutant" }))))));

// A function that goes to memory: its doors, and who leads there.
const doors = new Map();
for (const [command, caller, file, door] of data.memory) {
  const key = `${file}:${caller}`;
  if (!doors.has(key)) doors.set(key, { caller, file, doors: new Set(), commands: new Set() });
  doors.get(key).doors.add(door);
  if (!["*", "-", "hostmem"].includes(command)) doors.get(key).commands.add(command);
  else if (command === "*") doors.get(key).all = true;
}
byId("doors").append(...[...doors.values()]
  .sort((a, b) => (b.all ? 1e3 : b.commands.size) - (a.all ? 1e3 : a.commands.size) || a.file.localeCompare(b.file))
  .map((way) => make("div", tappable(`${way.caller}() in ${way.file}`,
    () => [`by ${[...way.doors].join(", ")}`, ...way.commands], { class: "row" }),
  make("div", {}, `${way.caller}() `, make("code", {}, way.file)),
  make("span", {}, way.all ? "every command" : way.commands.size === 0 ? "no command's own"
    : count(way.commands.size, "command", "commands")))));

// Lanes: the longer a secret is there, the longer its line.
const lives = ["moment", "command", "guest", "identity", "run"];
const secrets = new Map();
for (const [name, what, life, kind, file, line, where, expression] of data.secrets) {
  if (!secrets.has(name)) secrets.set(name, { name, what, life, made: [], kept: [], wiped: [] });
  secrets.get(name)[kind].push(`${kind}: ${where}${expression ? ` (${expression})` : ""}, ${file}:${line}`);
}
byId("lives").append(make("div", { class: "axis" }, make("span", {}),
  make("div", {}, ...lives.map((life) => make("b", {}, life)))),
...[...secrets.values()].sort((a, b) => lives.indexOf(b.life) - lives.indexOf(a.life)).map((secret) => {
  const length = 20 * (lives.indexOf(secret.life) + 1);
  const text = `made ${secret.made.length}, kept ${secret.kept.length}, wiped ${secret.wiped.length}`;
  return make("div", tappable(secret.name, () => [secret.what, `life: ${secret.life}`, ...secret.made, ...secret.kept, ...secret.wiped],
    { class: "life" }),
  make("div", {}, secret.name, make("small", {}, text)),
  make("div", { class: "lane" }, make("i", { class: secret.life === "run" ? "stays" : "ends", style: { width: `calc(${length}% - 4px)` } })));
}));

// Gaps by kind.
const reasons = [...new Set(data.untested.map((row) => `${row[0]}: ${row[2]}`))];
byId("gap-list").append(...(reasons.length === 0 ? [make("p", {}, "Nothing.")] : reasons.map((reason) => {
  const rows = data.untested.filter((row) => `${row[0]}: ${row[2]}` === reason);
  return make("details", reasons.length < 3 ? { open: "" } : {}, make("summary", {}, `${rows.length} of kind ${reason}`),
    make("ul", {}, ...rows.map((row) => make("li", {}, row[1]))));
})));

const line = (term, text) => [make("dt", {}, term), make("dd", {}, make("code", {}, text))];
byId("rebuilding").append(make("p", {}, `Built a second time: ${fact.reproduced}. The frames that the compiler tells agree with the instructions in ${fact.agree} functions.`),
  make("pre", {}, `make MBEDTLS_DIR=/path/to/mbedtls-${fact.mbedtls_version}${fact.sev_build === "1" ? "" : ` SEV_BUILD=${fact.sev_build}`} board\nsha256sum build/board/firmware.bin build/board/rom.bin`),
  make("dl", {}, ...line("firmware.bin", fact.image_sha256), ...line("rom.bin", fact.rom_sha256),
    ...line("compiler", `${fact.compiler}, Debian ${fact.gcc}`), ...line("linker", fact.linker),
    ...line("C library", `newlib, Debian ${fact.newlib}: ${fact.newlib_parts}`),
    ...line(`Mbed TLS ${fact.mbedtls_version}`, fact.mbedtls_sha256 ? `${fact.mbedtls_archive} ${fact.mbedtls_sha256}` : `tree ${fact.mbedtls_tree_sha256}`),
    ...line("bill of materials", "sbom.spdx.json, SPDX 2.3")));
