import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@symbolon/credentials/crypto';
import { getPolicy } from '@symbolon/schemas';
import { createPresentationRequest } from '@symbolon/verifier';
import { readBootTime } from '../../verifier/desk/boot-clock.ts';
import { createDesk, type Desk } from '../../verifier/desk/desk.ts';
import { writeBundle } from '../../verifier/desk/held-bundle.ts';
import { addPending } from '../../verifier/desk/pending-requests.ts';
import type { BundleOptions, World } from './world.ts';

/** A new empty folder for a desk. */
export function deskFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'desk-')), 'data');
}

/** A desk that is registered and holds a bundle of this world. */
export async function makeDesk(world: World, options: BundleOptions = {}): Promise<Desk> {
  const { accessCertificates, registrationCertificate, key } = await world.counter();
  const bundle = await world.bundle(options);
  const { sequence, issued_at: issuedAt } = bundle.document;
  const home = deskFolder();
  const { kty, crv, x, y, d } = key.privateJwk;
  const desk = await createDesk(home, {
    kind: 'symbolon-desk',
    version: 1,
    anchor: world.anchor,
    access_key: { kty, crv, x, y, d },
    registered: {
      access_certificates: accessCertificates,
      registration_certificate: registrationCertificate,
    },
    bundle: { sequence, digest: bundle.digest, issued_at: issuedAt },
  });
  await writeBundle(home, bundle);
  return desk;
}

/** A request of this desk that waits for its answer. */
export async function ask(world: World, desk: Desk, policyName = 'hotel', boot = readBootTime()) {
  const policy = getPolicy(policyName);
  if (policy === undefined) throw new RangeError(policyName);
  const request = await createPresentationRequest(policy, await world.counter(), {
    random: randomBytes,
    now: world.now,
  });
  if (!(await addPending(desk, request, boot))) throw new Error('the sid is taken');
  return request;
}
