import { expect, test } from 'vitest';
import { chooseMediaType } from '../../../../issuer/http/accept.ts';

const OFFERED = ['application/json', 'application/jwt'] as const;

for (const [header, expected] of [
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['application/*', 'application/json'],
  ['application/jwt', 'application/jwt'],
  ['APPLICATION/JWT', 'application/jwt'],
  ['application/jwt, application/json', 'application/json'],
  ['application/json;q=0.5, application/jwt', 'application/jwt'],
  ['application/json;q=0, */*;q=0.1', 'application/jwt'],
  ['text/html, application/jwt;q=0.1', 'application/jwt'],
  ['text/html', undefined],
  ['application/json;q=0', undefined],
  ['application/json;q=2', undefined],
  ['application/jsonx', undefined],
  [',,;', undefined],
  ['a'.repeat(5000), 'application/json'],
] as const) {
  test(`RFC 9110 12.5.1: Accept '${String(header).slice(0, 60)}' gives ${expected}`, () => {
    expect(chooseMediaType(header, OFFERED)).toBe(expected);
  });
}

test('[attack 111] a hostile Accept header is read in linear time', () => {
  const startedAt = performance.now();
  for (const part of [',', ';', ' ', 'a/b;q=', '/']) chooseMediaType(part.repeat(16_000), OFFERED);
  expect(performance.now() - startedAt).toBeLessThan(250);
});
