import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createOffer } from '../../issuer/issuance/create-offer.ts';
import { openIssuer } from '../../issuer/open-issuer.ts';
import { openDataKey } from '../../issuer/store/sealed-enrolment.ts';
import { openIssuance } from '../../issuer/store/sealed-issuance.ts';
import { readJws } from './holder.ts';
import {
  codeOf,
  createTestAuthority,
  enrolSomebody,
  freePort,
  PASSPHRASE,
} from './running-issuer.ts';
import { collectCard, serveIssuer } from './served-issuer.ts';

const CARDS = 1000;
const IN_FLIGHT = 16;
/** Acknowledged cards after which the process is killed. */
const KILLS = [150, 400, 700];

test('kill -9 during 1,000 issuances loses no acknowledged record and reuses no status index', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'symbolon-crash-'));
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  await createTestAuthority(folder, baseUrl);
  const issuer = await openIssuer(folder, { passphrase: PASSPHRASE });
  const enrolmentId = await enrolSomebody(issuer);
  const offers = await Promise.all(
    Array.from({ length: CARDS + KILLS.length * IN_FLIGHT }, async () => {
      const configurationIds = ['identity-card_dc+sd-jwt'];
      const offer = await createOffer(issuer, {
        enrolmentId,
        configurationIds,
        byReference: false,
      });
      return { code: codeOf(offer.offerUri), txCode: offer.txCode };
    }),
  );
  await issuer.close();

  const acknowledged: string[] = [];
  for (const target of [...KILLS, CARDS]) {
    const served = await serveIssuer(folder, baseUrl);
    let killed: Promise<void> | undefined;
    const worker = async (): Promise<void> => {
      while (acknowledged.length < target && killed === undefined) {
        const offer = offers.pop();
        if (offer === undefined) return;
        try {
          const credential = await collectCard(baseUrl, offer);
          if (credential !== undefined) acknowledged.push(indexOf(credential));
        } catch {
          // The connection broke: nothing was acknowledged.
        }
        if (acknowledged.length >= target && target !== CARDS) killed ??= served.end('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    await (killed ?? served.end('SIGTERM'));
  }

  const reopened = await openIssuer(folder, { passphrase: PASSPHRASE });
  const stored = await reopened.store.getEnrolment(enrolmentId);
  if (stored === undefined) throw new Error('the enrolment is gone');
  const dataKey = await openDataKey(stored, reopened.agent.wrappingKey);
  const issuances = await reopened.store.getIssuances(enrolmentId);
  const recorded = issuances
    .flatMap((issuance) => openIssuance({ enrolmentId, dataKey }, issuance))
    .map(({ listNumber, index }) => `${baseUrl}/status/${listNumber}#${index}`);
  await reopened.close();
  await rm(folder, { recursive: true });

  expect(acknowledged.length).toBeGreaterThanOrEqual(CARDS);
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  expect(new Set(recorded).size).toBe(recorded.length);
  const known = new Set(recorded);
  expect(acknowledged.filter((index) => !known.has(index))).toEqual([]);
}, 180_000);

function indexOf(credential: string): string {
  const { payload } = readJws(credential.split('~')[0] ?? '');
  const { uri, idx } = Object(payload['status']).status_list;
  return `${uri}#${idx}`;
}
