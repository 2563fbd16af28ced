import type { CommandContext } from '@symbolon/terminal';
import { readConfig, readDemoPassphrase } from '../data-folder.ts';

/**
 * The passphrase of the authority: given as for every command, or, for a demo authority whose
 * passphrase was never chosen, the one that lies in its folder.
 */
export async function issuerPassphrase({
  home,
  terminal,
  values,
}: CommandContext): Promise<string> {
  const { demo } = await readConfig(home);
  if (demo && !passphraseGiven(values.text('passphrase-file'))) {
    const left = await readDemoPassphrase(home);
    if (left !== undefined) return left;
  }
  return terminal.askPassphrase('Passphrase of the authority', 'existing');
}

/** Whether an option or the environment names a passphrase. */
export function passphraseGiven(passphraseFile: string | undefined): boolean {
  const { SYMBOLON_PASSPHRASE: variable } = process.env;
  return passphraseFile !== undefined || (variable !== undefined && variable !== '');
}
