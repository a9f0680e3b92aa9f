/* SPDX-License-Identifier: Apache-2.0 */
/* Describes the page of memory under the pointer, in all maps at once. Without it nothing is missing
 * that the pictures and their descriptions do not say. */
(() => {
  "use strict";
  const HEADERS = 54 + 4 * 256;
  const PAGE = 4096;
  const LEVELS = 16;
  const RANDOM = 13;
  const KINDS = ["no memory", "private", "shared", "not validated: #VC", "refused: #NPF"];
  const probe = document.getElementById("probe");
  const maps = [...document.querySelectorAll(".map")].map((element) => {
    const picture = element.querySelector("img");
    const bytes = atob(picture.src.slice(picture.src.indexOf(",") + 1));
    const width = Number(element.dataset.width);
    const height = Number(element.dataset.height);
    const cursor = document.createElement("span");
    cursor.className = "cursor";
    cursor.hidden = true;
    element.append(cursor);
    element.tabIndex = 0;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", picture.alt + ". Arrow keys choose a page.");
    return {
      element, picture, cursor, width, height,
      count: Number(element.dataset.count),
      stride: Number(element.dataset.stride),
      moment: element.closest(".moment").querySelector("h3").textContent,
      viewer: element.closest("figure").querySelector("figcaption b").textContent,
      pixel: (at) => bytes.charCodeAt(
        HEADERS + (height - 1 - Math.floor(at / width)) * width + at % width),
    };
  });
  let chosen = 0;

  const describe = (value) => {
    const kind = Math.floor(value / LEVELS);
    const level = value % LEVELS;
    if (kind !== 1 && kind !== 2) {
      return KINDS[kind];
    }
    const share = Math.round(level * 100 / (LEVELS - 1));
    const look = level === 0 ? "all bytes equal" : level >= RANDOM ? "random" : "readable";
    return `${KINDS[kind]}, ${look}${level === 0 ? "" : `, entropy ${share} %`}`;
  };

  const choose = (at) => {
    if (at < 0 || at >= maps[0].count) {
      return;
    }
    chosen = at;
    const address = (at * maps[0].stride * PAGE).toString(16).toUpperCase();
    const lines = [];
    for (const map of maps) {
      const scale = map.picture.clientWidth / map.width;
      const style = map.cursor.style;
      style.left = `${map.picture.offsetLeft + (at % map.width) * scale - 2}px`;
      style.top = `${map.picture.offsetTop + Math.floor(at / map.width) * scale - 2}px`;
      style.width = style.height = `${Math.max(scale, 3) + 4}px`;
      map.cursor.hidden = false;
      lines.push(`${map.moment} \u2013 ${map.viewer.toLowerCase()}: ${describe(map.pixel(at))}`);
    }
    probe.textContent = `Page ${address}h\n${lines.join("\n")}`;
  };

  for (const map of maps) {
    const under = (event) => {
      const box = map.picture.getBoundingClientRect();
      const x = Math.floor((event.clientX - box.left) / box.width * map.width);
      const y = Math.floor((event.clientY - box.top) / box.height * map.height);
      if (x >= 0 && x < map.width && y >= 0 && y < map.height) {
        choose(y * map.width + x);
      }
    };
    map.element.addEventListener("pointermove", under);
    map.element.addEventListener("pointerdown", under);
    map.element.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -map.width, ArrowDown: map.width }[event.key];
      if (step !== undefined) {
        event.preventDefault();
        choose(chosen + step);
      }
    });
    map.element.addEventListener("focus", () => choose(chosen));
  }
})();
