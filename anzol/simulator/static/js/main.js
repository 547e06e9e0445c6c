/** Loads the state, opens the event stream, starts each part of the page. */
import { showAnswer } from "./actions.js";
import { startAttach } from "./attach.js";
import { on } from "./bus.js";
import { startChatList } from "./chatlist.js";
import { chatList } from "./chats.js";
import { startComposer } from "./composer.js";
import { jump, startConversation } from "./conversation.js";
import { $ } from "./dom.js";
import { startFaults } from "./faults.js";
import { startForum } from "./forum.js";
import { startHeader } from "./header.js";
import { startInlineSwitch } from "./inlineswitch.js";
import { startInspector } from "./inspector.js";
import { startKeyboards } from "./keyboard.js";
import { startMenus } from "./mainmenu.js";
import { current, open, openFirst, startNavigation } from "./navigation.js";
import { apply, keyOf, loadState, state } from "./store.js";
import { follow } from "./stream.js";
import { toast } from "./toast.js";
import { loadLog, take } from "./updates.js";
import { startWelcome } from "./welcome.js";

async function load() {
  const cursor = await loadState();
  await loadLog();
  return cursor;
}

let isAwaited = false; // whether there was no bot yet when the page was opened

/** The first bot to appear opens by itself, once: it is what the person waits for. */
function openNewBot() {
  if (!isAwaited || !state.bots.size) return;
  isAwaited = false;
  if (!current()) open(keyOf([...state.bots.keys()][0], state.me));
}

/** Private chats belong to one person: as another one, the same bot's chat is another chat. */
function followPerson() {
  const [bot, chatId] = (current() ?? "").split(":").map(Number);
  if (bot && chatId !== state.me) open(keyOf(bot, state.me));
}

async function begin() {
  const parts = [
    startNavigation,
    startMenus,
    startChatList,
    startHeader,
    startForum,
    startConversation,
    startComposer,
    startAttach,
    startKeyboards,
    startInlineSwitch,
    startWelcome,
    startInspector,
    startFaults,
  ];
  for (const start of parts) start();
  on("log", take);
  on("answer", showAnswer);
  on("jump", jump);
  on("me", followPerson);
  const cursor = await load();
  openFirst(chatList().map((view) => view.key));
  isAwaited = !state.bots.size;
  on("chats", openNewBot);
  on("state", openNewBot);
  follow(cursor, apply, load);
  $("app").dataset.ready = "1";
}

begin().catch((error) => toast(error.message, "bad"));
