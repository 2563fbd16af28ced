import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  createHolderKey,
  createProof,
  requestCredential,
  requestNonce,
  requestToken,
  send,
} from './holder.ts';
import { PASSPHRASE } from './running-issuer.ts';

/** An issuer in a process of its own, started by its command line. */
export type ServedIssuer = {
  readonly pid: number;
  /** Ends the process as it is told, without a word of warning for `SIGKILL`. */
  readonly end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
};

export async function serveIssuer(folder: string, baseUrl: string): Promise<ServedIssuer> {
  const child = spawn(process.execPath, ['issuer/cli/start.js', 'serve'], {
    env: { ...process.env, SYMBOLON_HOME: folder, SYMBOLON_PASSPHRASE: PASSPHRASE },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  await untilHealthy(child, baseUrl, () => said);
  return {
    pid: Number(child.pid),
    end: async (signal): Promise<void> => {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

async function untilHealthy(child: ChildProcess, baseUrl: string, said: () => string) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the issuer did not start: ${said()}`);
    try {
      if ((await send(`${baseUrl}/healthz`)).status === 200) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error(`the issuer did not start in time: ${said()}`);
}

/** A whole flow over HTTP; the credential, or `undefined` when any step did not succeed. */
export async function collectCard(
  baseUrl: string,
  { code, txCode }: { readonly code: string; readonly txCode: string },
): Promise<string | undefined> {
  const token = await requestToken(baseUrl, { 'pre-authorized_code': code, tx_code: txCode });
  if (token.status !== 200) return undefined;
  const nonce = await requestNonce(baseUrl);
  const answer = await requestCredential(baseUrl, String(token.json['access_token']), {
    credential_configuration_id: 'identity-card_dc+sd-jwt',
    proofs: { jwt: [createProof(createHolderKey(), baseUrl, nonce)] },
  });
  const [first] = Object.values<{ credential: string }>(Object(answer.json['credentials']));
  return answer.status === 200 ? first?.credential : undefined;
}
