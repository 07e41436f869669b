import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Something of other people's that ships inside a layer. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** SPDX. */
  readonly licence: string;
  readonly text: string;
}

/** The npm packages from which the bundles took at least one file. */
export function bundledComponents(root: string, metafiles: readonly Metafile[]): Component[] {
  const folders = new Set<string>();
  for (const metafile of metafiles) {
    for (const input of Object.keys(metafile.inputs)) {
      const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (folder !== undefined) folders.add(folder);
    }
  }
  return [...folders].sort().map((folder) => componentAt(join(root, folder)));
}

function componentAt(folder: string): Component {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.|$)/i.test(name));
  return {
    name: manifest.name,
    version: manifest.version,
    licence: typeof manifest.license === 'string' ? manifest.license : 'unknown',
    text: file !== undefined && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '',
  };
}

/** One file with every licence text, for people. */
export function licenceList(components: readonly Component[]): string {
  const sections = components.map(
    ({ name, version, licence, text }) =>
      `${'='.repeat(80)}\n${name} ${version} (${licence})\n${'='.repeat(80)}\n\n${text.trim()}\n`,
  );
  return `Rolefence's layer contains the following software of other authors.\n\n${sections.join('\n')}`;
}

/** The same as CycloneDX 1.6, for scanners. No time and no serial number: the same build has the same bytes. */
export function billOfMaterials(version: string, components: readonly Component[]): string {
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', name: 'rolefence', version, licenses: [{ license: { id: 'Apache-2.0' } }] },
    },
    components: components.map((component) => ({
      type: component.name === 'node' ? 'application' : 'library',
      name: component.name,
      version: component.version,
      purl: `pkg:${component.name === 'node' ? 'generic' : 'npm'}/${component.name.replace('@', '%40')}@${component.version}`,
      licenses: [{ license: { id: component.licence } }],
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
