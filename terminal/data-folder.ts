import { homedir } from 'node:os';
import { join } from 'node:path';

/** The environment as this process found it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a program keeps its data: `$SYMBOLON_HOME` as it is, else the XDG data folder. */
export function dataFolder(program: string, environment: Environment): string {
  const own = environment['SYMBOLON_HOME'];
  if (own !== undefined && own !== '') return own;
  const shared = environment['XDG_DATA_HOME'];
  const base = shared?.startsWith('/') === true ? shared : join(homedir(), '.local', 'share');
  return join(base, 'symbolon', program);
}
