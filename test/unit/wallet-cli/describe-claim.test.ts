import { expect, test } from 'vitest';
import { describeClaim } from '../../../wallet-cli/describe-claim.ts';

const card = { type: 'identity-card', format: 'dc+sd-jwt' } as const;
const w3c = { type: 'identity-card', format: 'vc+sd-jwt' } as const;

test('a claim has the name of its table, in both forms, and its value is one line', () => {
  for (const [held, path, value, shown] of [
    [card, ['family_name'], 'Zhang', { name: 'family_name', label: 'Family name', text: 'Zhang' }],
    [w3c, ['credentialSubject', 'family_name'], 'Zhang', { label: 'Family name' }],
    [card, ['age_equal_or_over', '18'], true, { name: 'age_equal_or_over_18', text: 'yes' }],
    [card, ['age_equal_or_over', '65'], false, { label: '65 or older', text: 'no' }],
    [card, ['sex'], 2, { text: 'female' }],
    [card, ['sex'], 77, { text: '77' }],
    [card, ['nationalities'], ['CN', 'DE'], { text: 'CN, DE' }],
    [card, ['resident_address'], { country: 'CN', region: null }, { text: 'CN, null' }],
    [card, ['portrait_thumb'], 'data:image/avif;base64,AAAA', { text: '(picture, 3 bytes)' }],
    [card, ['portrait'], 12, { text: '(picture, 0 bytes)' }],
    [card, ['something', 'new'], 'x', { name: 'something.new', label: 'something.new' }],
    [{ ...card, type: 'other' }, ['family_name'], 'x', { label: 'family_name' }],
  ] as const) {
    expect(describeClaim(held, path, value)).toMatchObject(shown);
  }
});

test('[attack 119] neither name nor value can steer the terminal, or fill it', () => {
  const hostile = '\u001b[31m\u202eABC\r\nwallet: error: none\u0000';
  for (const { label, text } of [
    describeClaim(card, ['family_name'], hostile),
    describeClaim(card, ['nationalities'], [hostile, { a: hostile }]),
    describeClaim(card, [hostile], 'x'),
  ]) {
    expect(`${label}${text}`).not.toMatch(/\p{C}/u);
  }
  expect(describeClaim(card, ['family_name'], 'x'.repeat(100_000)).text.length).toBeLessThan(400);
  const many = Array.from({ length: 10_000 }, () => 'x'.repeat(100));
  expect(describeClaim(card, ['nationalities'], many).text.length).toBeLessThan(400);
});
