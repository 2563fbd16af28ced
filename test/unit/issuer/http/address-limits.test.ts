import { expect, test } from 'vitest';
import { createAddressLimits } from '../../../../issuer/http/address-limits.ts';
import { clientAddress } from '../../../../issuer/http/client-address.ts';

const limitsAt = (clock: { now: number }) =>
  createAddressLimits({ failuresPerMinute: 3, requestsPerMinute: 10, now: () => clock.now });

test('failures of an address close it until the minute is over, and no other address', () => {
  const clock = { now: 6000 };
  const limits = limitsAt(clock);
  for (let failure = 0; failure < 3; failure += 1) {
    limits.admit('a');
    limits.countFailure('a');
  }
  clock.now = 6047;
  expect(() => limits.admit('a')).toThrow(
    expect.objectContaining({ code: 'too_many_requests', detail: '13' }),
  );
  limits.admit('b');
  clock.now = 6060;
  limits.admit('a');
});

test('requests that do not fail are stopped by the high ceiling only', () => {
  const limits = limitsAt({ now: 6000 });
  for (let request = 0; request < 10; request += 1) limits.admit('a');
  expect(() => limits.admit('a')).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
});

test('a flood of addresses is counted in bounded memory', () => {
  const limits = limitsAt({ now: 6000 });
  for (let address = 0; address < 100_000; address += 1) limits.admit(`a${address}`);
  for (let request = 0; request < 10; request += 1) limits.admit(`b${request}`);
  expect(() => limits.admit('c')).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
  limits.admit('a1');
});

for (const [remoteAddress, expected] of [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  [undefined, ''],
] as const) {
  test(`limits of ${remoteAddress} are counted for '${expected}'`, () => {
    expect(clientAddress({ headers: {}, socket: { remoteAddress } }, false)).toBe(expected);
  });
}

for (const [forwarded, behindProxy, expected] of [
  ['203.0.113.9', false, '127.0.0.1'],
  ['203.0.113.9', true, '203.0.113.9'],
  ['198.51.100.1, 203.0.113.9', true, '203.0.113.9'],
  ['2001:db8:1:2::9', true, '2001:db8:1:2::/64'],
  ['203.0.113.9, unknown', true, '127.0.0.1'],
  ['', true, '127.0.0.1'],
  [undefined, true, '127.0.0.1'],
] as const) {
  const proxy = behindProxy ? 'behind a proxy' : 'without a proxy';
  test(`[attack 71] ${proxy}, X-Forwarded-For '${forwarded}' is counted for '${expected}'`, () => {
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    const request = { headers, socket: { remoteAddress: '127.0.0.1' } };
    expect(clientAddress(request, behindProxy)).toBe(expected);
  });
}
