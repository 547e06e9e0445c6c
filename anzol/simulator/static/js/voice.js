/** A voice message, spoken into this machine's microphone. */
import { where } from "./actions.js";
import { upload } from "./api.js";
import { h } from "./dom.js";
import { dialog, orToast, toast } from "./toast.js";

// What Telegram's apps send, where the browser makes it; else what this one makes of the same sound.
const KINDS = ["audio/ogg;codecs=opus", "audio/mp4;codecs=opus", "audio/webm;codecs=opus"];

const spoken = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

async function microphone() {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch (error) {
    toast(`The browser gives no microphone: ${error.message}`, "bad");
    return null;
  }
}

/** Records until the person sends it or dismisses it. */
export async function recordVoice(view, replyTo) {
  const stream = await microphone();
  if (!stream) return false;
  const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
  const recorder = new MediaRecorder(stream, { mimeType: kind });
  const pieces = [];
  recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
  const started = Date.now();
  const elapsed = () => Math.floor((Date.now() - started) / 1000);
  const clock = h("p.recording", { role: "timer" }, spoken(0));
  const ticking = setInterval(() => clock.replaceChildren(spoken(elapsed())), 250);
  recorder.start();
  const decided = await dialog("Voice message", clock, [
    ["", "Cancel"],
    ["send", "Send"],
  ]);
  clearInterval(ticking);
  const duration = Math.max(1, elapsed());
  await new Promise((resolve) => {
    recorder.addEventListener("stop", resolve);
    recorder.stop();
  });
  for (const track of stream.getTracks()) track.stop();
  if (decided !== "send") return false;
  const type = recorder.mimeType.split(";")[0];
  const file = new File(pieces, `voice.${type.split("/")[1]}`, { type });
  const fields = { ...where(view), duration, reply_to_message_id: replyTo };
  return orToast(upload("send", fields, [["voice", file]]));
}
