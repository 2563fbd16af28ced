import { readdir, readFile, stat } from 'node:fs/promises';
import { Refusal } from '@symbolon/schemas';
import type { WalletDocument } from '@symbolon/schemas/wallet-file';
import { type CommandContext, TerminalError } from '@symbolon/terminal';
import { clockLagSeconds, type TrustBundle, trustedNow } from '@symbolon/trust';
import { cardStatus } from './answering/card-status.ts';
import { isFresh } from './answering/choose-copy.ts';
import { readClock, showDay, showTime } from './clock.ts';
import { describeCard } from './describe-card.ts';
import { requireHeldBundle } from './store/held-bundle.ts';
import { isAbandoned } from './store/lock.ts';
import { lockPath, walletPath } from './store/wallet.ts';
import { unlockWallet } from './unlock.ts';

/** One thing that was looked at. */
export type Finding = {
  readonly subject: string;
  readonly outcome: 'broken' | 'ok' | 'warning';
  readonly message: string;
  readonly hint?: string;
};

const FEW_COPIES = 6;

/** Looks at everything that a wallet stands on; finds, and changes nothing. */
export async function examineWallet(context: CommandContext): Promise<readonly Finding[]> {
  const { home } = context;
  const outside = [...(await examineFolder(home)), await examineLock(home)];
  if (outside.some(({ subject, outcome }) => subject === 'wallet' && outcome === 'broken')) {
    return outside;
  }
  const document = await tryTo('contents', async () => (await unlockWallet(context)).document);
  if ('outcome' in document) return [...outside, document];
  const clock = readClock();
  const bundle = await tryTo('trust bundle', () => requireHeldBundle(home, document, clock));
  const inside: Finding[] = [
    { subject: 'contents', outcome: 'ok', message: `${document.cards.length} cards` },
  ];
  if ('outcome' in bundle) return [...outside, ...inside, bundle];
  return [
    ...outside,
    ...inside,
    ...examineBundle(bundle, clock),
    ...(await examineCards(document, bundle, trustedNow(clock, bundle))),
  ];
}

async function examineFolder(home: string): Promise<readonly Finding[]> {
  const file = await stat(walletPath(home)).catch(() => undefined);
  if (file === undefined) {
    return [
      {
        subject: 'wallet',
        outcome: 'broken',
        message: `there is no wallet in ${home}`,
        hint: "'wallet init --anchor FILE' makes one; $SYMBOLON_HOME names another folder",
      },
    ];
  }
  const findings: Finding[] = [];
  const folder = await stat(home);
  if (((folder.mode | file.mode) & 0o077) === 0) {
    findings.push({ subject: 'wallet', outcome: 'ok', message: `in ${home}, for its owner only` });
  } else {
    findings.push({
      subject: 'wallet',
      outcome: 'warning',
      message: 'other users of this machine can reach its files',
      hint: `chmod 700 '${home}' && chmod 600 '${walletPath(home)}'`,
    });
  }
  const left = (await readdir(home)).filter((name) => /^\.[0-9a-f]{16}\.tmp$/.test(name));
  if (left.length > 0) {
    findings.push({
      subject: 'left over',
      outcome: 'warning',
      message: `${left.length} temporary files of a command that was interrupted`,
      hint: `no wallet command may be running: rm '${home}'/.*.tmp`,
    });
  }
  return findings;
}

async function examineLock(home: string): Promise<Finding> {
  const content = await readFile(lockPath(home), 'utf8').catch(() => undefined);
  if (content === undefined) return { subject: 'lock', outcome: 'ok', message: 'free' };
  if (await isAbandoned(lockPath(home))) {
    return {
      subject: 'lock',
      outcome: 'ok',
      message: 'left by a process that is gone; the next command removes it',
    };
  }
  const [host = 'unknown', pid = 'unknown'] = content.split('\n');
  return {
    subject: 'lock',
    outcome: 'warning',
    message: `held by process ${Number(pid)}`,
    hint: `if no wallet command runs on the machine '${host.replaceAll(/[^\w.-]/g, '?')}': rm '${lockPath(home)}'`,
  };
}

function examineBundle(bundle: TrustBundle, clock: number): readonly Finding[] {
  const { sequence, next_update: nextUpdate, expires_at: expiresAt } = bundle.document;
  const lag = clockLagSeconds(clock, bundle);
  const now = trustedNow(clock, bundle);
  const findings: Finding[] = [];
  if (lag > 0) {
    findings.push({
      subject: 'clock',
      outcome: 'warning',
      message: `this machine is ${lag} s behind the trust bundle`,
      hint: 'set the clock right',
    });
  }
  const subject = 'trust bundle';
  const hint = "'wallet bundle import FILE or URL' brings a new one";
  if (now >= expiresAt) {
    const message = `number ${sequence} is too old: it was good until ${showTime(expiresAt)}`;
    findings.push({ subject, outcome: 'broken', message, hint });
  } else if (now >= nextUpdate) {
    const message = `number ${sequence}: a newer one should be out since ${showTime(nextUpdate)}`;
    findings.push({ subject, outcome: 'warning', message, hint });
  } else {
    const message = `number ${sequence}, good until ${showTime(expiresAt)}`;
    findings.push({ subject, outcome: 'ok', message });
  }
  return findings;
}

async function examineCards(
  { cards }: WalletDocument,
  bundle: TrustBundle,
  now: number,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const card of cards) {
    const subject = describeCard(card);
    const status = await cardStatus(card, bundle, now);
    const fresh = card.copies.filter(isFresh).length;
    if (now >= card.expires_at) {
      const message = `expired on ${showDay(card.expires_at)}`;
      const hint = `ask the authority for a new one; 'wallet delete ${card.id}' removes it`;
      findings.push({ subject, outcome: 'warning', message, hint });
    } else if (status === 'revoked' || status === 'suspended') {
      const message = `${status} by the authority`;
      findings.push({ subject, outcome: 'warning', message, hint: 'ask the authority why' });
    } else if (fresh < FEW_COPIES && card.format !== 'jwt_vc_json') {
      const message = `${fresh} copies left that were never shown`;
      const hint = 'ask the authority for a new offer, so that visits cannot be linked';
      findings.push({ subject, outcome: 'warning', message, hint });
    } else {
      findings.push({ subject, outcome: 'ok', message: `good until ${showDay(card.expires_at)}` });
    }
  }
  return findings;
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
    const outcome = error instanceof TerminalError ? 'warning' : 'broken';
    return { subject, outcome, message, ...(hint === undefined ? {} : { hint }) };
  }
}
