import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type EpochSeconds,
  type P256PublicJwk,
  parseTrustAnchor,
  Refusal,
} from '@symbolon/schemas';
import { readTextFile } from '@symbolon/terminal';
import { KEY_FILE, readKeyFile } from '../agent/key-file.ts';
import type { IssuerConfig } from '../config.ts';
import { askRunningIssuer } from '../control/control-client.ts';
import { FOLDER_FILES, readConfig } from '../data-folder.ts';
import type { Issuer } from '../issuer.ts';
import { RegisterError } from '../register/population-register.ts';
import { systemNow } from '../system-now.ts';

/** One thing that was looked at. `remark` is no fault; `mend` says what to do. */
export type Finding = {
  readonly state: 'good' | 'remark' | 'bad';
  readonly subject: string;
  readonly text: string;
  readonly mend: string | undefined;
};

const DAY_SECONDS = 86_400;
const FREE_BYTES = 100 * 1024 * 1024;
/** The day this was written: no computer's clock can rightly be before it. */
const OLDEST_CLOCK = Date.UTC(2026, 10, 1) / 1000;

/**
 * Looks at everything that an authority needs. Where one thing is so wrong that what stands on it
 * cannot be looked at, the findings end there.
 *
 * @param askPassphrase - Called only when no service runs and the keys must be opened here.
 */
export async function examineAuthority(
  folder: string,
  askPassphrase: () => Promise<string>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [examineClock(), ...(await examineRights(folder))];
  const config = await findConfig(folder, findings);
  if (config === undefined) return findings;
  findings.push(...examineUrl(config));
  if (!(await examineKeyFile(folder, config, findings))) return findings;
  const service = await examineService(folder);
  findings.push(service.finding);
  // A running service has opened keys and store already; the folder is its own.
  if (!service.runs) {
    const passphrase = await askPassphrase();
    findings.push(...(await examineOpening(folder, passphrase)));
  }
  return findings;
}

function good(subject: string, text: string): Finding {
  return { state: 'good', subject, text, mend: undefined };
}

function bad(subject: string, text: string, mend: string | undefined): Finding {
  return { state: 'bad', subject, text, mend };
}

function remark(subject: string, text: string, mend?: string): Finding {
  return { state: 'remark', subject, text, mend };
}

function examineClock(): Finding {
  const now = systemNow();
  const day = new Date(now * 1000).toISOString().slice(0, 10);
  return now < OLDEST_CLOCK
    ? bad('clock', `it says ${day}, which cannot be`, 'set the computer clock')
    : good('clock', day);
}

async function examineRights(folder: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const secret: readonly [name: string, path: string, mode: string][] = [
    ['data folder', folder, '700'],
    ...[KEY_FILE, FOLDER_FILES.config, FOLDER_FILES.store, FOLDER_FILES.passphrase].map(
      (name): [string, string, string] => [name, join(folder, name), '600'],
    ),
  ];
  for (const [name, path, mode] of secret) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    const open = (found.mode & 0o077) !== 0;
    findings.push(
      open
        ? bad(name, 'other users of this computer can read it', `chmod ${mode} '${path}'`)
        : good(name, 'readable by its owner only'),
    );
  }
  const disk = await statfs(folder).catch(() => undefined);
  if (disk !== undefined && disk.bavail * disk.bsize < FREE_BYTES) {
    findings.push(
      remark('disk', 'less than 100 MB are free', 'make room before the store is full'),
    );
  }
  return findings;
}

async function findConfig(folder: string, findings: Finding[]): Promise<IssuerConfig | undefined> {
  try {
    const config = await readConfig(folder);
    findings.push(good(FOLDER_FILES.config, 'every member is acceptable'));
    return config;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    findings.push(bad(FOLDER_FILES.config, error.message, error.hint));
    return undefined;
  }
}

function examineUrl({ baseUrl, demo }: IssuerConfig): readonly Finding[] {
  if (baseUrl.startsWith('https:')) return [good('base URL', 'https')];
  const text = 'http on loopback: wallets on other computers cannot reach it';
  return [demo ? remark('base URL', text) : bad('base URL', text, 'an authority needs https')];
}

async function examineKeyFile(
  folder: string,
  config: IssuerConfig,
  findings: Finding[],
): Promise<boolean> {
  try {
    const { keys } = await readKeyFile(folder);
    const bundleKey = keys.find(({ purpose }) => purpose === 'bundle')?.public_jwk;
    findings.push(await examineAnchor(folder, config, bundleKey));
    for (const { purpose, certificates, valid_from, valid_until } of keys) {
      if (certificates.length === 0) continue;
      const validity = { validFrom: valid_from, validUntil: valid_until };
      findings.push(examineValidity(purpose, validity, config.validityDays));
    }
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    findings.push(bad('keys', error.message, error.hint));
    return false;
  }
}

/** What verifiers were set up with must be what the bundles are signed with, and named alike. */
async function examineAnchor(
  folder: string,
  { authority, demo }: IssuerConfig,
  bundleKey: P256PublicJwk | undefined,
): Promise<Finding> {
  const name = FOLDER_FILES.anchor;
  try {
    const text = await readTextFile(join(folder, name), { maxBytes: 65_536 });
    const anchor = parseTrustAnchor(JSON.parse(text));
    const isSame = anchor.key.x === bundleKey?.x && anchor.key.y === bundleKey.y;
    if (isSame && anchor.authority === authority && anchor.demo === demo) {
      return good(name, 'it names the key that signs the bundles');
    }
    const mend = `set 'authority' and 'demo' in ${FOLDER_FILES.config} to what ${name} says`;
    return bad(name, `it disagrees with ${FOLDER_FILES.config} or with the keys`, mend);
  } catch {
    return bad(name, 'it cannot be read', 'restore it from a backup');
  }
}

function examineValidity(
  purpose: string,
  {
    validFrom,
    validUntil,
  }: { readonly validFrom: EpochSeconds; readonly validUntil: EpochSeconds },
  validityDays: number,
): Finding {
  const subject = `${purpose} certificate`;
  const now = systemNow();
  const until = `valid until ${new Date(validUntil * 1000).toISOString().slice(0, 10)}`;
  if (now >= validUntil || now < validFrom) {
    return bad(subject, `${until}: not now`, 'set the clock, or make a new authority');
  }
  // What is issued today must be verifiable until it expires.
  return validUntil - now < validityDays * DAY_SECONDS
    ? remark(subject, `${until}, before what is issued today expires`, 'plan its renewal')
    : good(subject, until);
}

async function examineService(
  folder: string,
): Promise<{ readonly runs: boolean; readonly finding: Finding }> {
  try {
    const answer = await askRunningIssuer(folder, { action: 'health' });
    return answer === undefined
      ? { runs: false, finding: remark('service', 'not running', "start it with 'issuer serve'") }
      : {
          runs: true,
          finding: good('service', 'running, its keys are open and its store answers'),
        };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const finding = bad('service', 'running, but it does not answer', 'see its log; restart it');
    return { runs: true, finding };
  }
}

async function examineOpening(folder: string, passphrase: string): Promise<readonly Finding[]> {
  try {
    const { openIssuer } = await import('../open-issuer.ts');
    const issuer = await openIssuer(folder, { passphrase, waitMilliseconds: 5_000 });
    try {
      await issuer.store.checkHealth();
      return [
        good('keys', `they open, for ${issuer.agent.did}`),
        good('store', 'it opens and takes a write'),
        ...(await examineRegister(issuer)),
      ];
    } finally {
      await issuer.close();
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [bad('keys and store', error.message, error.hint)];
  }
}

/** Asks for a person whom nobody can have: every answer but 'unavailable' is a good one. */
async function examineRegister({ register, config }: Issuer): Promise<readonly Finding[]> {
  try {
    await register.findPerson({ idNumber: '', familyName: '', givenName: '', birthdate: '' });
  } catch (error) {
    if (!(error instanceof RegisterError)) throw error;
    if (error.code === 'register_unavailable') {
      return [bad('register', error.message, error.hint)];
    }
  }
  return [good('register', `${config.register.kind}, and it answers`)];
}
