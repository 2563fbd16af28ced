import { expect, test } from 'vitest';
import { checkTxCode } from '../../../wallet-cli/issuance/read-tx-code.ts';

test('a code is sent without the spaces and hyphens that people group digits by', () => {
  for (const [typed, offered, sent] of [
    ['493536', {}, '493536'],
    [' 493 536\n', { length: 6 }, '493536'],
    ['493-536', { length: 6, input_mode: 'numeric' }, '493536'],
    [' aB-3 x ', { input_mode: 'text' }, 'aB-3 x'],
  ] as const) {
    expect(checkTxCode(typed, offered)).toBe(sent);
  }
});

test('a code of another shape than announced is not sent', () => {
  for (const [typed, offered] of [
    ['', {}],
    ['  ', { input_mode: 'text' }],
    ['12345', { length: 6 }],
    ['1234567', { length: 6 }],
    ['12345a', { length: 6 }],
    ['１２３４５６', { length: 6 }],
    ['1'.repeat(65), {}],
    ['abc', { input_mode: 'text', length: 4 }],
  ] as const) {
    expect(() => checkTxCode(typed, offered)).toThrow(
      expect.objectContaining({ code: 'tx_code_malformed' }),
    );
  }
});
