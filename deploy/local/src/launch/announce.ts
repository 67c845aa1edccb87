import { relative } from 'node:path';
import type { RunFile } from '@quotefleet/cli';

/** What a person needs once the fleet is ready; every command works as pasted, from this folder. */
export function announcement(run: RunFile, apiKey: string): string[] {
  const header = `-H 'X-API-Key: ${apiKey}'`;
  const api = `${run.gatewayUrl}/api/v1`;
  return [
    '',
    `  Gateway   ${run.gatewayUrl}`,
    `  API docs  ${run.docsUrl}`,
    `  API key   ${apiKey}  (kept in ${shortPath(run.apiKeyFile)})`,
    `  Logs      ${shortPath(run.logsDir)}`,
    '',
    '  Latest quote, then one-minute bars:',
    `    curl ${header} ${api}/realtime/stock/600519.SH`,
    `    curl ${header} '${api}/historical/stock/600519.SH?period=1m&limit=5'`,
    '',
    '  Live ticks and bars, by the command line or by your own code:',
    '    npx quotefleet subscribe tick:600519.SH bar:600519.SH:1m',
    `    ${subscribeOneLiner(run.gatewayUrl, apiKey)}`,
    '',
    '  Ctrl-C stops everything.',
  ];
}

function subscribeOneLiner(gatewayUrl: string, apiKey: string): string {
  const code = [
    `const s = require("socket.io-client").io("${gatewayUrl}/market", { auth: { apiKey: "${apiKey}" } });`,
    's.on("messages", (frame) => frame.forEach((m) => console.log(m.room, m.payload)));',
    's.on("connect", () => s.emit("subscribe", { rooms: ["tick:600519.SH", "bar:600519.SH:1m"] }, console.log));',
  ];
  return `node -e '${code.join(' ')}'`;
}

function shortPath(path: string): string {
  const fromHere = relative('.', path);
  return fromHere.startsWith('..') ? path : fromHere;
}
