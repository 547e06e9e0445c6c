/** A player for voice messages and music: one button, a line, the time. */
import { h, icon, replace } from "./dom.js";
import { duration } from "./format.js";

let playing = null;

export function player(url, seconds, title, performer) {
  const sound = new Audio();
  sound.preload = "none";
  sound.src = url;
  const button = h(
    "button.play",
    { type: "button", "aria-label": "Play", onclick: switchOver },
    icon("play"),
  );
  const line = h("input.seek", {
    type: "range",
    min: "0",
    max: "1000",
    value: "0",
    "aria-label": "Position",
    oninput: seek,
  });
  const time = h("small", {}, duration(seconds));

  function length() {
    return Number.isFinite(sound.duration) ? sound.duration : (seconds ?? 0);
  }

  function switchOver() {
    if (!sound.paused) {
      sound.pause();
      return;
    }
    if (playing !== sound) playing?.pause();
    playing = sound;
    sound.play().catch(() => {
      time.textContent = "cannot be played";
    });
  }

  function seek() {
    if (length()) sound.currentTime = (line.value / 1000) * length();
  }

  function show() {
    replace(button, icon(sound.paused ? "play" : "pause"));
    button.setAttribute("aria-label", sound.paused ? "Play" : "Pause");
  }

  sound.addEventListener("play", show);
  sound.addEventListener("pause", show);
  sound.addEventListener("timeupdate", () => {
    line.value = length() ? (sound.currentTime / length()) * 1000 : 0;
    time.textContent = duration(sound.currentTime || seconds);
  });
  return h(
    "div.player",
    {},
    button,
    h(
      "div.player-text",
      {},
      title && h("strong", { dir: "auto" }, title),
      line,
      h("div.player-foot", {}, time, performer && h("small", {}, performer)),
    ),
  );
}
