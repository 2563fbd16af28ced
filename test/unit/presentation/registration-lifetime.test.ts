import { createRegistrationCertificate, openRegistrationCertificate } from '@symbolon/presentation';
import type { TrustBundle } from '@symbolon/trust';
import { beforeAll, describe, expect, test } from 'vitest';
import { createWorld, DAY, HOUR, INDEX, type World } from '../../support/world.ts';

const NOW = 1_795_600_000;
const YEAR = 366 * DAY;
const STATUS_LIST = 'https://id.example/status/1';

let world: World;
let bundle: TrustBundle;

beforeAll(async () => {
  world = await createWorld(NOW);
  bundle = await world.bundle();
});

async function open(change: Record<string, unknown>, { held = bundle } = {}) {
  const { registrationCertificate } = await world.counter(['age-gate'], undefined, change);
  return openRegistrationCertificate(registrationCertificate, { bundle: held, now: NOW });
}

describe('a registration certificate is taken', () => {
  for (const [why, change] of [
    ['to the last second of twelve months', { iat: NOW - YEAR + 1, exp: NOW + 1 }],
    ['from the second that it begins in', { iat: NOW }],
    ['when its clock is a minute ahead', { iat: NOW + 60 }],
    ['when it expired within the last minute', { exp: NOW - 59 }],
    ['when it lives for a second', { iat: NOW, exp: NOW + 1 }],
  ] as const) {
    test(why, async () => {
      expect((await open(change)).registration).toMatchObject(change);
    });
  }
});

describe('a registration certificate is refused', () => {
  for (const [why, change, code] of [
    ['a minute after it expired', { exp: NOW - 60 }, 'registration_expired'],
    ['more than a minute before it begins', { iat: NOW + 61 }, 'registration_not_yet_valid'],
  ] as const) {
    test(why, async () => {
      await expect(open(change)).rejects.toMatchObject({ name: 'PresentationError', code });
    });
  }

  test('threat 13: when the list that would revoke it has expired', async () => {
    const old = await world.bundle({
      statusIssuedAt: NOW - 14 * DAY - HOUR,
      change: { expires_at: NOW + DAY },
    });
    const status = { status_list: { idx: INDEX.valid, uri: STATUS_LIST } };
    expect((await open({ status })).statusAgeSeconds).toBe(HOUR);
    await expect(open({ status }, { held: old })).rejects.toMatchObject({
      code: 'registration_status_unknown',
    });
  });

  test('before it is created, when it would live for no time or too long', async () => {
    const { key } = await world.counter();
    const { registration } = await open({});
    const own = { certificates: ['AAAA'], signer: key.signer };
    for (const [iat, exp] of [
      [NOW, NOW],
      [NOW, NOW - 1],
      [NOW, NOW + YEAR + 1],
    ] as const) {
      await expect(
        createRegistrationCertificate({ ...registration, iat, exp }, own),
      ).rejects.toThrow(RangeError);
    }
    await createRegistrationCertificate({ ...registration, iat: NOW, exp: NOW + YEAR }, own);
  });
});
