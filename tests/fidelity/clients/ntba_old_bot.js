// The bot of the tests in node-telegram-bot-api before its second version: `ntba_old_bot.js API_URL TOKEN polling|webhook PORT PICTURE`.
const http = require("node:http");
const TelegramBot = require("node-telegram-bot-api-old");

const [url, token, mode, port, picture] = process.argv.slice(2);
const bot = new TelegramBot(token, { baseApiUrl: url, polling: mode === "polling" });

async function download(fileId) {
  const file = await bot.getFile(fileId);
  const answer = await fetch(`${url}/file/bot${token}/${file.file_path}`);
  return Buffer.from(await answer.arrayBuffer());
}

async function take(message) {
  const chat = message.chat.id;
  if (message.photo) {
    const content = await download(message.photo.at(-1).file_id);
    const file = { filename: "p.png", contentType: "image/png" };
    return bot.sendPhoto(chat, content, { caption: `${content.length} bytes` }, file);
  }
  if (message.document) {
    const content = await download(message.document.file_id);
    const copy = Buffer.from(content.toString().toUpperCase());
    const file = { filename: `copy-${message.document.file_name}`, contentType: "text/plain" };
    return bot.sendDocument(chat, copy, {}, file);
  }
  if (message.successful_payment) {
    return bot.sendMessage(chat, `paid ${message.successful_payment.total_amount}`);
  }
  switch (message.text) {
    case "/start": {
      const keyboard = { inline_keyboard: [[{ text: "Like", callback_data: "like:1" }]] };
      const options = { parse_mode: "HTML", reply_markup: keyboard };
      return bot.sendMessage(chat, `Hello <b>${message.from.first_name}</b>`, options);
    }
    case "/album":
      return bot.sendMediaGroup(chat, [0, 1].map(() => ({ type: "photo", media: picture })));
    case "/poll":
      return bot.sendPoll(chat, "Tea?", ["Yes", "No"], { is_anonymous: false });
    case "/buy":
      return bot.sendInvoice(chat, "Pizza", "Warm", "p1", "", "XTR", [
        { label: "Pizza", amount: 9 },
      ]);
    case "/fail":
      return bot
        .sendMessage(404, "x")
        .catch((error) => bot.sendMessage(chat, `caught ${error.message}`));
    default:
      return message.text && bot.sendMessage(chat, message.text);
  }
}

bot.on("message", take);
bot.on("poll_answer", (answer) =>
  bot.sendMessage(answer.user.id, `voted ${answer.option_ids[0]}`),
);
bot.on("pre_checkout_query", (query) => bot.answerPreCheckoutQuery(query.id, true));
bot.on("callback_query", async (query) => {
  await bot.answerCallbackQuery(query.id, { text: "thanks" });
  const { chat, message_id } = query.message;
  await bot.editMessageText("Liked", { chat_id: chat.id, message_id });
});

if (mode !== "polling") {
  http
    .createServer((request, response) => {
      let body = "";
      request.on("data", (part) => (body += part));
      request.on("end", () => {
        bot.processUpdate(JSON.parse(body));
        response.end();
      });
    })
    .listen(Number(port), "127.0.0.1", () =>
      bot.setWebHook(`http://127.0.0.1:${port}/hook`, { secret_token: "s3cret" }),
    );
}
