import { stat } from 'node:fs/promises';
import { openRegistrationCertificate } from '@symbolon/presentation';
import { type EpochSeconds, POLICIES, Refusal } from '@symbolon/schemas';
import { visibleText } from '@symbolon/terminal';
import type { TrustBundle } from '@symbolon/trust';
import { type Desk, deskKeyPath, openDesk } from '../desk/desk.ts';
import { readHeldBundle, trustedTime } from '../desk/held-bundle.ts';
import { readReceipts } from '../desk/receipts.ts';
import { openReceipt } from '../receipt.ts';
import { readClock, showSpan, showTime } from './clock.ts';

/** One thing that was looked at. */
export type Finding = {
  readonly subject: string;
  readonly outcome: 'broken' | 'ok' | 'warning';
  readonly message: string;
  readonly hint?: string;
};

const IMPORT_BUNDLE = "'verifier bundle import FILE' brings the newest one";
const SOON_SECONDS = 14 * 86_400;

/** Looks at everything that a desk stands on; finds, and changes nothing. */
export async function examineDesk(home: string): Promise<readonly Finding[]> {
  const desk = await tryTo('desk', () => openDesk(home));
  if ('outcome' in desk) return [desk];
  const findings: Finding[] = [await examineFolder(home), examineAuthority(desk)];
  const receipts = await examineReceipts(desk);
  const now = await tryTo('clock', async () => ({
    seconds: trustedTime(desk.document, readClock()),
  }));
  if ('outcome' in now) return [...findings, now, receipts];
  findings.push({ subject: 'clock', outcome: 'ok', message: showTime(now.seconds) });
  const bundle = await tryTo('trust bundle', () => readHeldBundle(desk, now.seconds));
  if ('outcome' in bundle) return [...findings, bundle, receipts];
  return [
    ...findings,
    examineBundle(bundle, now.seconds),
    await examineRegistration(desk, bundle, now.seconds),
    await examineAccessCertificate(desk, bundle, now.seconds),
    receipts,
  ];
}

async function examineFolder(home: string): Promise<Finding> {
  const modes = await Promise.all([home, deskKeyPath(home)].map((path) => stat(path)));
  if (modes.every(({ mode }) => (mode & 0o077) === 0)) {
    return { subject: 'desk', outcome: 'ok', message: `in ${home}, for its owner only` };
  }
  return {
    subject: 'desk',
    outcome: 'warning',
    message: 'other users of this machine can reach its files',
    hint: `chmod 700 '${home}' && chmod 600 '${deskKeyPath(home)}'`,
  };
}

function examineAuthority({ document: { anchor } }: Desk): Finding {
  const authority = visibleText(anchor.authority);
  const subject = 'authority';
  if (!anchor.demo) return { subject, outcome: 'ok', message: authority };
  return { subject, outcome: 'warning', message: `${authority} is a demo, not a real authority` };
}

function examineBundle({ document }: TrustBundle, now: EpochSeconds): Finding {
  const { sequence, issued_at: issuedAt, expires_at: expiresAt } = document;
  const subject = 'trust bundle';
  const age = now - issuedAt;
  const told = `number ${sequence}, ${showSpan(age)} old`;
  if (now >= expiresAt) {
    const message = `${told}, expired at ${showTime(expiresAt)}`;
    return { subject, outcome: 'broken', message, hint: IMPORT_BUNDLE };
  }
  const tooOld = POLICIES.filter(({ statusMaxAgeSeconds }) => age > statusMaxAgeSeconds);
  if (tooOld.length > 0) {
    const names = tooOld.map(({ name }) => name).join(', ');
    const message = `${told}: too old to decide under ${names}`;
    return { subject, outcome: 'broken', message, hint: IMPORT_BUNDLE };
  }
  if (now >= document.next_update) {
    const message = `${told}: a newer one should be out since ${showTime(document.next_update)}`;
    return { subject, outcome: 'warning', message, hint: IMPORT_BUNDLE };
  }
  return { subject, outcome: 'ok', message: `${told}, good until ${showTime(expiresAt)}` };
}

const NOT_REGISTERED: Finding = {
  subject: 'registration',
  outcome: 'broken',
  message: 'the authority has not registered this desk yet',
  hint: "'verifier init --certificates DIR' takes what the authority sends back",
};

async function examineRegistration(
  { document: { registered } }: Desk,
  bundle: TrustBundle,
  now: EpochSeconds,
): Promise<Finding> {
  if (registered === null) return NOT_REGISTERED;
  const subject = 'registration';
  const opened = await tryTo(subject, () =>
    openRegistrationCertificate(registered.registration_certificate, { bundle, now }),
  );
  if ('outcome' in opened) return opened;
  const { name, sub, exp } = opened.registration;
  return endsSoon(subject, `${visibleText(name)} (${visibleText(sub)})`, exp - now);
}

async function examineAccessCertificate(
  { document: { registered } }: Desk,
  bundle: TrustBundle,
  now: EpochSeconds,
): Promise<Finding> {
  const subject = 'access certificate';
  if (registered === null) return { ...NOT_REGISTERED, subject };
  const { verifyCertificatePath } = await import('@symbolon/trust/certificates');
  const certificate = await tryTo(subject, () =>
    verifyCertificatePath({
      chain: registered.access_certificates,
      anchors: bundle.document.certificate_authorities.access,
      purpose: 'access',
      revocations: bundle.document.certificate_revocations,
      now,
    }),
  );
  if ('outcome' in certificate) return certificate;
  const holder = visibleText(certificate.organizationIdentifier ?? '');
  return endsSoon(subject, holder, certificate.notAfter - now);
}

function endsSoon(subject: string, who: string, seconds: number): Finding {
  const message = `${who}, good for ${showSpan(seconds)}`;
  if (seconds > SOON_SECONDS) return { subject, outcome: 'ok', message };
  const hint = "ask the authority for new certificates, and 'verifier init --certificates DIR'";
  return { subject, outcome: 'warning', message, hint };
}

async function examineReceipts(desk: Desk): Promise<Finding> {
  const { kty, crv, x, y } = desk.document.access_key;
  const receipts = await readReceipts(desk);
  const changed: string[] = [];
  for (const { name, compact } of receipts) {
    const receipt = await tryTo(name, () => openReceipt(compact, { kty, crv, x, y }));
    if (!('version' in receipt)) changed.push(name);
  }
  const subject = 'receipts';
  if (changed.length === 0) {
    return { subject, outcome: 'ok', message: `${receipts.length}, none changed` };
  }
  const message = `${changed.length} of ${receipts.length} were changed: ${changed.slice(0, 5).join(', ')}`;
  return { subject, outcome: 'broken', message, hint: 'find out who has access to this folder' };
}

async function tryTo<Result extends object>(
  subject: string,
  work: () => Promise<Result>,
): Promise<Finding | Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { message, hint } = error;
    return { subject, outcome: 'broken', message, ...(hint === undefined ? {} : { hint }) };
  }
}
