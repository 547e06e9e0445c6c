import { toast } from "./toast.js";

/** Where the page is not on loopback and not on https, browsers offer only the old way. */
function copySelected(text) {
  const area = document.createElement("textarea");
  area.value = text;
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export async function copy(text) {
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else copySelected(text);
  toast("Copied");
}
