import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createDesk, openDesk, updateDesk } from '../../../verifier/desk/desk.ts';
import {
  readHeldBundle,
  removeOtherBundles,
  trustedTime,
  writeBundle,
} from '../../../verifier/desk/held-bundle.ts';
import { openValue, sealValue } from '../../../verifier/desk/sealed-file.ts';
import { makeDesk } from '../../support/desk.ts';
import { createWorld, DAY, HOUR, type World } from '../../support/world.ts';

const NOW = 1_795_600_000;
let world: World;
beforeAll(async () => {
  world = await createWorld(NOW);
});

const deskFile = (home: string) =>
  join(home, readdirSync(home).find((name) => name.startsWith('desk-')) ?? '');

describe('sealed values', () => {
  const key = new Uint8Array(32).fill(7);
  test('open in their place, and in no other, under no other key, with no byte changed', () => {
    const sealed = sealValue(key, 'pending/1', { secret: 'nonce' });
    expect(Buffer.from(sealed).toString('latin1')).not.toContain('nonce');
    expect(openValue(key, 'pending/1', sealed)).toEqual({ secret: 'nonce' });
    const refused = [
      () => openValue(key, 'pending/2', sealed),
      () => openValue(new Uint8Array(32).fill(8), 'pending/1', sealed),
      () => openValue(key, 'pending/1', sealed.subarray(1)),
      () => openValue(key, 'pending/1', new Uint8Array(5)),
      ...Array.from({ length: sealed.length }, (_, at) => () => {
        const changed = Uint8Array.from(sealed);
        changed[at] = (changed[at] ?? 0) ^ 1;
        return openValue(key, 'pending/1', changed);
      }),
    ];
    for (const open of refused) {
      expect(open).toThrow(expect.objectContaining({ code: 'desk_damaged' }));
    }
  });
});

describe('a desk', () => {
  test('is for its owner only, and its key is in no file in the clear', async () => {
    const desk = await makeDesk(world);
    for (const name of ['desk.key', 'pending', 'receipts']) {
      expect(statSync(join(desk.home, name)).mode & 0o077).toBe(0);
    }
    expect(statSync(deskFile(desk.home)).mode & 0o777).toBe(0o600);
    const { d } = desk.document.access_key;
    for (const name of readdirSync(desk.home).filter((each) => each.includes('.'))) {
      expect(readFileSync(join(desk.home, name), 'latin1')).not.toContain(d);
    }
    expect((await openDesk(desk.home)).document).toEqual(desk.document);
  });

  test('is not made over another one', async () => {
    const desk = await makeDesk(world);
    await expect(createDesk(desk.home, desk.document)).rejects.toMatchObject({
      code: 'desk_exists',
    });
  });

  test('is missing in an empty folder', async () => {
    await expect(openDesk('/nonexistent')).rejects.toMatchObject({ code: 'desk_missing' });
  });

  test('is damaged when a byte of it changes, or its key is another one', async () => {
    const desk = await makeDesk(world);
    const bytes = readFileSync(deskFile(desk.home));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(deskFile(desk.home), bytes);
    await expect(openDesk(desk.home)).rejects.toMatchObject({ code: 'desk_damaged' });

    const other = await makeDesk(world);
    writeFileSync(join(other.home, 'desk.key'), new Uint8Array(32));
    await expect(openDesk(other.home)).rejects.toMatchObject({ code: 'desk_damaged' });
    writeFileSync(join(other.home, 'desk.key'), new Uint8Array(31));
    await expect(openDesk(other.home)).rejects.toMatchObject({ code: 'desk_damaged' });
  });

  test('20 changes at once all come about, none is lost', async () => {
    const desk = await makeDesk(world);
    await Promise.all(
      Array.from({ length: 20 }, () =>
        updateDesk(desk.home, (held) => ({
          ...held,
          bundle: held.bundle && { ...held.bundle, sequence: held.bundle.sequence + 1 },
        })),
      ),
    );
    expect((await openDesk(desk.home)).document.bundle?.sequence).toBe(27);
    expect(readdirSync(desk.home).filter((name) => name.startsWith('desk-'))).toHaveLength(1);
    expect(readdirSync(desk.home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('an older state under a newer name does not open', async () => {
    const desk = await makeDesk(world);
    copyFileSync(join(desk.home, 'desk-1.sealed'), join(desk.home, 'desk-2.sealed'));
    await expect(openDesk(desk.home)).rejects.toMatchObject({ code: 'desk_damaged' });
  });
});

describe('threat 27: the clock of a desk', () => {
  test('set back a day behind the newest signed time is refused; a minute is skew', async () => {
    const { document } = await makeDesk(world, { issuedAt: NOW });
    expect(() => trustedTime(document, NOW - DAY)).toThrow(
      expect.objectContaining({ code: 'clock_behind' }),
    );
    expect(() => trustedTime(document, NOW - 61)).toThrow(
      expect.objectContaining({ code: 'clock_behind' }),
    );
    expect(trustedTime(document, NOW - 60)).toBe(NOW);
  });

  test('set forward a year: judged by the clock, so that nothing is fresh any more', async () => {
    const { document } = await makeDesk(world);
    expect(trustedTime(document, NOW + 365 * DAY)).toBe(NOW + 365 * DAY);
  });
});

describe('threat 3: the held bundle', () => {
  test('is read back; an older one that somebody puts in its place is not', async () => {
    const desk = await makeDesk(world);
    const held = await readHeldBundle(desk, NOW);
    expect(held.document.sequence).toBe(7);
    const older = await world.bundleText({ sequence: 6, issuedAt: NOW - 2 * HOUR });
    writeFileSync(join(desk.home, `trust-bundle-${held.digest}.jwt`), older);
    await expect(readHeldBundle(desk, NOW)).rejects.toMatchObject({ code: 'bundle_missing' });
  });

  test('is missing when its file is gone', async () => {
    const desk = await makeDesk(world);
    const document = {
      ...desk.document,
      bundle: { sequence: 8, digest: 'A'.repeat(43), issued_at: NOW },
    };
    await expect(readHeldBundle({ ...desk, document }, NOW)).rejects.toMatchObject({
      code: 'bundle_missing',
    });
  });

  test('others are removed', async () => {
    const desk = await makeDesk(world);
    await writeBundle(desk.home, await world.bundle({ sequence: 6 }));
    await removeOtherBundles(desk);
    const names = readdirSync(desk.home).filter((name) => name.startsWith('trust-bundle-'));
    expect(names).toEqual([`trust-bundle-${desk.document.bundle?.digest}.jwt`]);
  });
});
