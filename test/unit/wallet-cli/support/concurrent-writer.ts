import { openWallet } from '../../../../wallet-cli/store/wallet.ts';

const [home = '', passphrase = '', writer = '0', times = '0'] = process.argv.slice(2);
const wallet = await openWallet(home, passphrase);
for (let round = 0; round < Number(times); round += 1) {
  await wallet.update((document) => ({
    document: {
      ...document,
      history: [...document.history, { event: 'restored', at: Number(writer) * 1000 + round }],
    },
    result: undefined,
  }));
  if (round === 0) process.send?.('started');
}
process.disconnect?.();
