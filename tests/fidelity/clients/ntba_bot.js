// The bot of the tests in node-telegram-bot-api: `ntba_bot.js API_URL TOKEN polling|webhook PORT PICTURE`.
const { Bot, InlineKeyboardBuilder, InputFile, TelegramApiError } = require("node-telegram-bot-api");
const { createWebhookServer, fromPath } = require("node-telegram-bot-api/node");

const [url, token, mode, port, picture] = process.argv.slice(2);
const bot = new Bot(token, { apiRoot: url });

async function download(fileId) {
  const file = await bot.api.getFile({ file_id: fileId });
  const answer = await fetch(`${url}/file/bot${token}/${file.file_path}`);
  return Buffer.from(await answer.arrayBuffer());
}

bot.command("start", (ctx) =>
  ctx.reply(`Hello <b>${ctx.from.first_name}</b>`, {
    parse_mode: "HTML",
    reply_markup: new InlineKeyboardBuilder().text("Like", "like:1").build(),
  }),
);
bot.on("callback_query", async (ctx) => {
  await ctx.answerCallbackQuery({ text: "thanks" });
  const { chat, message_id } = ctx.callbackQuery.message;
  await ctx.api.editMessageText({ chat_id: chat.id, message_id, text: "Liked" });
});
bot.command("album", async (ctx) => {
  const parts = [await fromPath(picture), await fromPath(picture)];
  const media = parts.map((part) => ({ type: "photo", media: part }));
  await ctx.api.sendMediaGroup({ chat_id: ctx.chat.id, media });
});
bot.command("poll", (ctx) =>
  ctx.api.sendPoll({
    chat_id: ctx.chat.id,
    question: "Tea?",
    options: [{ text: "Yes" }, { text: "No" }],
    is_anonymous: false,
  }),
);
bot.on("poll_answer", (ctx) => {
  const answer = ctx.update.poll_answer;
  return ctx.api.sendMessage({ chat_id: answer.user.id, text: `voted ${answer.option_ids[0]}` });
});
bot.command("buy", (ctx) =>
  ctx.api.sendInvoice({
    chat_id: ctx.chat.id,
    title: "Pizza",
    description: "Warm",
    payload: "p1",
    currency: "XTR",
    prices: [{ label: "Pizza", amount: 9 }],
  }),
);
bot.on("pre_checkout_query", (ctx) =>
  ctx.api.answerPreCheckoutQuery({
    pre_checkout_query_id: ctx.update.pre_checkout_query.id,
    ok: true,
  }),
);
bot.command("fail", async (ctx) => {
  try {
    await ctx.api.sendMessage({ chat_id: 404, text: "x" });
  } catch (error) {
    await ctx.reply(`caught ${error instanceof TelegramApiError ? error.description : error}`);
  }
});
bot.on("message", async (ctx) => {
  const { message, chat } = ctx;
  if (message.photo) {
    const content = await download(message.photo.at(-1).file_id);
    const photo = new InputFile(content, { filename: "p.png" });
    await ctx.api.sendPhoto({ chat_id: chat.id, photo, caption: `${content.length} bytes` });
  } else if (message.document) {
    const content = await download(message.document.file_id);
    const copy = Buffer.from(content.toString().toUpperCase());
    const filename = `copy-${message.document.file_name}`;
    const document = new InputFile(copy, { filename });
    await ctx.api.sendDocument({ chat_id: chat.id, document });
  } else if (message.successful_payment) {
    await ctx.reply(`paid ${message.successful_payment.total_amount}`);
  } else if (message.text) {
    await ctx.reply(message.text);
  }
});

if (mode === "polling") {
  bot.startPolling();
} else {
  createWebhookServer(bot, { path: "/hook", secretToken: "s3cret" }).listen(
    Number(port),
    "127.0.0.1",
    () => bot.api.setWebhook({ url: `http://127.0.0.1:${port}/hook`, secret_token: "s3cret" }),
  );
}
