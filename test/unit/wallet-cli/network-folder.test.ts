import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const NETWORK =
  /\bfetch\(|\bWebSocket\b|'node:(?:http|https|http2|net|tls|dns|dgram)(?:\/[a-z]+)?'|'undici'/;

const files = readdirSync('wallet-cli', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(`wallet-cli/${name}`, 'utf8') }));

test('only wallet-cli/network touches the network', () => {
  const touching = files.filter(({ text }) => NETWORK.test(text)).map(({ name }) => name);
  expect(touching).toEqual(['network/request.ts']);
});

test('nothing that answers a request can reach it', () => {
  const reached = new Set(['commands/present.ts']);
  for (const name of reached) {
    const { text = '' } = files.find((file) => file.name === name) ?? {};
    for (const [, path = ''] of text.matchAll(/'(\.[^']+\.ts)'/g)) {
      reached.add(new URL(path, `file:///${name}`).pathname.slice(1));
    }
  }
  expect(reached.size).toBeGreaterThan(10);
  expect([...reached].filter((name) => name.startsWith('network/'))).toEqual([]);
});
