import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** The packages under node_modules that a module loads, as Node itself resolves them. */
const packagesOf = (specifier: string) => {
  const source = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({
      load(url, context, next) {
        const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
        if (name !== undefined) loaded.add(name);
        return next(url, context);
      },
    });
    await import('${specifier}');
    console.log(JSON.stringify([...loaded].sort()));`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', source],
    { encoding: 'utf8', cwd: new URL('../../..', import.meta.url) },
  );
  return { status, stderr, packages: JSON.parse(stdout || '[]') };
};

test('the front of trust loads two small packages: what checks a card need not parse certificates', () => {
  expect(packagesOf('@symbolon/trust')).toEqual({
    status: 0,
    stderr: '',
    packages: ['did-resolver', 'valibot'],
  });
});

test('the subpath for certificates is where their parser is', () => {
  const { packages } = packagesOf('@symbolon/trust/certificates');
  expect(packages).toContain('@peculiar/x509');
});
