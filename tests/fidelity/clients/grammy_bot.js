// The bot of the tests in grammY: `grammy_bot.js API_URL TOKEN polling|webhook PORT PICTURE`.
const http = require("node:http");
const { Bot, GrammyError, InlineKeyboard, InputFile, webhookCallback } = require("grammy");

const [url, token, mode, port, picture] = process.argv.slice(2);
const bot = new Bot(token, { client: { apiRoot: url } });

async function download(fileId) {
  const file = await bot.api.getFile(fileId);
  const answer = await fetch(`${url}/file/bot${token}/${file.file_path}`);
  return Buffer.from(await answer.arrayBuffer());
}

bot.command("start", (ctx) =>
  ctx.reply(`Hello <b>${ctx.from.first_name}</b>`, {
    parse_mode: "HTML",
    reply_markup: new InlineKeyboard().text("Like", "like:1"),
  }),
);
bot.callbackQuery("like:1", async (ctx) => {
  await ctx.answerCallbackQuery("thanks");
  await ctx.editMessageText("Liked");
});
bot.command("album", (ctx) =>
  ctx.replyWithMediaGroup([0, 1].map(() => ({ type: "photo", media: new InputFile(picture) }))),
);
bot.command("poll", (ctx) => ctx.replyWithPoll("Tea?", ["Yes", "No"], { is_anonymous: false }));
bot.on("poll_answer", (ctx) =>
  ctx.api.sendMessage(ctx.pollAnswer.user.id, `voted ${ctx.pollAnswer.option_ids[0]}`),
);
bot.command("buy", (ctx) =>
  ctx.replyWithInvoice("Pizza", "Warm", "p1", "XTR", [{ label: "Pizza", amount: 9 }]),
);
bot.on("pre_checkout_query", (ctx) => ctx.answerPreCheckoutQuery(true));
bot.on("message:successful_payment", (ctx) =>
  ctx.reply(`paid ${ctx.message.successful_payment.total_amount}`),
);
bot.command("fail", async (ctx) => {
  try {
    await ctx.api.sendMessage(404, "x");
  } catch (error) {
    await ctx.reply(`caught ${error instanceof GrammyError ? error.description : error}`);
  }
});
bot.on("message:photo", async (ctx) => {
  const content = await download(ctx.message.photo.at(-1).file_id);
  await ctx.replyWithPhoto(new InputFile(content), { caption: `${content.length} bytes` });
});
bot.on("message:document", async (ctx) => {
  const content = await download(ctx.message.document.file_id);
  const copy = Buffer.from(content.toString().toUpperCase());
  await ctx.replyWithDocument(new InputFile(copy, `copy-${ctx.message.document.file_name}`));
});
bot.on("message:text", (ctx) => ctx.reply(ctx.message.text));

if (mode === "polling") {
  bot.start();
} else {
  http
    .createServer(webhookCallback(bot, "http", { secretToken: "s3cret" }))
    .listen(Number(port), "127.0.0.1", () =>
      bot.api.setWebhook(`http://127.0.0.1:${port}/hook`, { secret_token: "s3cret" }),
    );
}
