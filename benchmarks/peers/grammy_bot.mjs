// The echo bot in grammY: webhook | plugins | reply | polling.
//
// webhook  webhookCallback on Node's own server, as its documentation shows
// plugins  the same with auto-retry, sequentialize by chat, and 200 after 0.3 s while the handler goes on
// reply    the same, sendMessage goes out in the webhook's response
import http from 'node:http';
import { Bot, webhookCallback } from 'grammy';

const { BOT_TOKEN, API_ROOT, WEBHOOK_PORT, WEBHOOK_PATH, WEBHOOK_SECRET, PROBED } = process.env;
const mode = process.argv[2];
const bot = new Bot(BOT_TOKEN, {
  client: { apiRoot: API_ROOT, canUseWebhookReply: (method) => mode === 'reply' && method === 'sendMessage' },
});

if (mode === 'plugins') {
  const { autoRetry } = await import('@grammyjs/auto-retry');
  const { sequentialize } = await import('@grammyjs/runner');
  bot.api.config.use(autoRetry());
  bot.use(sequentialize((ctx) => (ctx.message ? String(ctx.chat.id) : [])));
}
if (PROBED) {
  bot.command('slow', async (ctx) => {
    const [seconds, word] = ctx.match.split(' ');
    await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
    await ctx.reply(`slow ${word}`);
  });
  bot.command('raise', () => { throw new Error('on purpose'); });
  bot.command('kill', () => process.exit(9));
  bot.command('twice', async (ctx) => {
    await ctx.reply(`one ${ctx.match}`);
    await ctx.reply(`two ${ctx.match}`);
  });
  bot.callbackQuery('stop', (ctx) => ctx.answerCallbackQuery('stopped'));
}
bot.on('message:text', (ctx) => ctx.reply(`echo ${ctx.message.text}`));

if (mode === 'polling') {
  bot.start();
} else {
  await bot.api.setWebhook(`http://127.0.0.1:${WEBHOOK_PORT}${WEBHOOK_PATH}`, { secret_token: WEBHOOK_SECRET });
  const early = mode === 'plugins' ? { onTimeout: 'return', timeoutMilliseconds: 300 } : {};
  const handle = webhookCallback(bot, 'http', { secretToken: WEBHOOK_SECRET, ...early });
  http.createServer((req, res) => {
    // An error of a handler rejects. Web frameworks log it and answer 500.
    if (req.method === 'POST' && req.url === WEBHOOK_PATH) handle(req, res).catch((error) => {
      console.error(error);
      if (!res.headersSent) res.writeHead(500).end();
    });
    else res.writeHead(404).end();
  }).listen(Number(WEBHOOK_PORT), '127.0.0.1');
}
