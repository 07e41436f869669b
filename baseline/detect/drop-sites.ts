/**
 * Places where anybody can leave data without a name, or have requests caught and passed on: pastes, file drops, tunnels, request catchers. They are in public threat reports
 * (T1567, T1102, T1572), and a customer's own host is never one of them.
 */
export function isDropSite(host: string): boolean {
  const labels = host.replace(/:\d+$/, '').split('.');
  for (let at = 0; at < labels.length - 1; at++) if (SITES.has(labels.slice(at).join('.'))) return true;
  return false;
}

const SITES: ReadonlySet<string> = new Set([
  // Pastes
  ...[
    'pastebin.com',
    'paste.ee',
    'rentry.co',
    'ghostbin.com',
    'hastebin.com',
    'dpaste.com',
    'dpaste.org',
    'paste.rs',
    'termbin.com',
    'controlc.com',
    'justpaste.it',
    'ix.io',
    'sprunge.us',
  ],
  // Files
  ...[
    'file.io',
    'transfer.sh',
    '0x0.st',
    'temp.sh',
    'bashupload.com',
    'gofile.io',
    'anonfiles.com',
    'catbox.moe',
    'litter.catbox.moe',
    'filebin.net',
    'tmpfiles.org',
    'mega.nz',
    'mega.co.nz',
    'sendspace.com',
    'uguu.se',
    'oshi.at',
    'pixeldrain.com',
    'ufile.io',
    'easyupload.io',
    'wetransfer.com',
    'send.vis.ee',
    'keep.sh',
  ],
  // Requests that are caught, or answered to prove that they came
  ...[
    'webhook.site',
    'requestbin.com',
    'requestbin.net',
    'pipedream.net',
    'requestcatcher.com',
    'beeceptor.com',
    'hookbin.com',
    'putsreq.com',
    'oast.pro',
    'oast.live',
    'oast.site',
    'oast.online',
    'oast.fun',
    'oast.me',
    'oastify.com',
    'burpcollaborator.net',
    'interact.sh',
    'interactsh.com',
    'dnslog.cn',
    'ceye.io',
    'canarytokens.com',
  ],
  // Tunnels
  ...[
    'ngrok.io',
    'ngrok.app',
    'ngrok-free.app',
    'ngrok.dev',
    'trycloudflare.com',
    'loca.lt',
    'localtunnel.me',
    'serveo.net',
    'localhost.run',
    'lhr.life',
    'pagekite.me',
    'telebit.io',
    'bore.pub',
    'pinggy.io',
    'tunnelmole.net',
    'portmap.io',
  ],
]);
