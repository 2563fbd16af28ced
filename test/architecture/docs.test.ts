import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FOLDERS, sourceFiles } from './tree.ts';

const EXPORT = /^export (?:async )?(?:function|class|const|type|interface) (\w+)/;

/** Names of the exports in `source` that no docblock stands directly above. */
const undocumented = (source: string): string[] => {
  const lines = source.split('\n');
  return lines.flatMap((line, at) => {
    const name = EXPORT.exec(line)?.[1];
    return name !== undefined && !lines[at - 1]?.trimEnd().endsWith('*/') ? [name] : [];
  });
};

for (const folder of FOLDERS) {
  test(`every export of ${folder}/ says what it is`, () => {
    const files = sourceFiles(folder);
    expect(files).not.toEqual([]);
    const bare = files.flatMap((file) => undocumented(readFileSync(`${folder}/${file}`, 'utf8')));
    expect(bare).toEqual([]);
  });
}

test('an export without a docblock is seen', () => {
  const planted = '/** Said. */\nexport const a = 1;\n\nexport async function b() {}\n';
  expect(undocumented(planted)).toEqual(['b']);
});

for (const document of ['README.md', 'ARCHITECTURE.md', 'SECURITY.md']) {
  test(`${document} names files that exist`, () => {
    const text = readFileSync(document, 'utf8');
    const named = [
      ...[...text.matchAll(/`((?:[\w-]+\/)+(?:[\w-]+\.[\w.-]+)?)`/g)].map(([, path = '']) => path),
      ...[...text.matchAll(/\]\(([\w./-]+)\)/g)].map(([, path = '']) => path),
    ];
    expect(named).not.toEqual([]);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });
}
