import { accessSync, constants } from 'node:fs';
import { delimiter } from 'node:path';
import { writeCaFile } from './ca-file.ts';
import { javaTrustStore } from './java-trust-store.ts';
import { trustBundle } from './trust-bundle.ts';

/** Where clients that are not Node find whom to trust, each in the form that its language reads. All of it is public. */
export interface TrustFiles {
  /** Public roots and the sensor's CA, PEM. */
  readonly bundle: string;
  /** The same as a Java trust store. */
  readonly javaTrustStore: string;
  /** A folder with one .ini for PHP, whose curl obeys no variable. */
  readonly phpFolder: string;
}

export function trustFiles(directory: string): TrustFiles {
  return {
    bundle: `${directory}/bundle.pem`,
    javaTrustStore: `${directory}/trust.jks`,
    phpFolder: `${directory}/php`,
  };
}

/** Writes them; throws the file system's error for the first that cannot be written. The Java store only where there is a Java. */
export function writeTrustFiles(files: TrustFiles, certificatePem: string, java: boolean): void {
  const bundle = trustBundle(certificatePem);
  writeCaFile(files.bundle, bundle);
  writeCaFile(
    `${files.phpFolder}/rolefence.ini`,
    `curl.cainfo = "${files.bundle}"\nopenssl.cafile = "${files.bundle}"\n`,
  );
  if (java) writeCaFile(files.javaTrustStore, javaTrustStore(bundle, new Date()));
}

/** True where a Java could be started: Lambda's own, or one on the path. */
export function hasJava(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.JAVA_HOME) return true;
  return ['/var/lang/bin', ...(env.PATH ?? '').split(delimiter)].some((folder) => {
    try {
      accessSync(`${folder}/java`, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
