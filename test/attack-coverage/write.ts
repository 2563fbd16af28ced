import { writeFileSync } from 'node:fs';
import { renderAttackCoverage } from './render.ts';

writeFileSync('docs/attack-coverage.md', renderAttackCoverage());
