// The bot of the tests in telegraf: `telegraf_bot.js API_URL TOKEN polling|webhook PORT PICTURE`.
const { Input, Markup, Telegraf } = require("telegraf");

const [url, token, mode, port, picture] = process.argv.slice(2);
const bot = new Telegraf(token, { telegram: { apiRoot: url } });

async function download(fileId) {
  const file = await bot.telegram.getFile(fileId);
  const answer = await fetch(`${url}/file/bot${token}/${file.file_path}`);
  return Buffer.from(await answer.arrayBuffer());
}

bot.command("start", (ctx) =>
  ctx.reply(`Hello <b>${ctx.from.first_name}</b>`, {
    parse_mode: "HTML",
    ...Markup.inlineKeyboard([Markup.button.callback("Like", "like:1")]),
  }),
);
bot.action("like:1", async (ctx) => {
  await ctx.answerCbQuery("thanks");
  await ctx.editMessageText("Liked");
});
bot.command("album", (ctx) =>
  ctx.replyWithMediaGroup(
    [0, 1].map(() => ({ type: "photo", media: Input.fromLocalFile(picture) })),
  ),
);
bot.command("poll", (ctx) => ctx.replyWithPoll("Tea?", ["Yes", "No"], { is_anonymous: false }));
bot.on("poll_answer", (ctx) =>
  ctx.telegram.sendMessage(ctx.pollAnswer.user.id, `voted ${ctx.pollAnswer.option_ids[0]}`),
);
bot.command("buy", (ctx) =>
  ctx.replyWithInvoice({
    title: "Pizza",
    description: "Warm",
    payload: "p1",
    provider_token: "",
    currency: "XTR",
    prices: [{ label: "Pizza", amount: 9 }],
  }),
);
bot.on("pre_checkout_query", (ctx) => ctx.answerPreCheckoutQuery(true));
bot.on("successful_payment", (ctx) =>
  ctx.reply(`paid ${ctx.message.successful_payment.total_amount}`),
);
bot.command("fail", async (ctx) => {
  try {
    await ctx.telegram.sendMessage(404, "x");
  } catch (error) {
    await ctx.reply(`caught ${error.description}`);
  }
});
bot.on("photo", async (ctx) => {
  const content = await download(ctx.message.photo.at(-1).file_id);
  await ctx.replyWithPhoto({ source: content }, { caption: `${content.length} bytes` });
});
bot.on("document", async (ctx) => {
  const content = await download(ctx.message.document.file_id);
  const source = Buffer.from(content.toString().toUpperCase());
  await ctx.replyWithDocument({ source, filename: `copy-${ctx.message.document.file_name}` });
});
bot.on("text", (ctx) => ctx.reply(ctx.message.text));

if (mode === "polling") {
  bot.launch();
} else {
  const domain = `http://127.0.0.1:${port}`;
  require("node:http")
    .createServer(bot.webhookCallback("/hook", { secretToken: "s3cret" }))
    .listen(Number(port), "127.0.0.1", () =>
      bot.telegram.setWebhook(`${domain}/hook`, { secret_token: "s3cret" }),
    );
}
