const LIGHT =
  '--bg:#f7f8fa;--card:#fff;--ink:#1b2430;--soft:#55606f;--line:#d9dee6;--accent:#0b5cad;--critical:#a3123a;--high:#b3400f;--medium:#8a5a00;--medium-bar:#c07f00;--low:#3d6470;--info:#55606f;--good:#14683f;--used:#14683f;--unused:#7b8494;--blocked:#b3142f;--through:#9a5b00;--out:#6d4bb5;--in:#0b6e8f;--tint:#eef2f7';
const DARK =
  '--bg:#10151c;--card:#182029;--ink:#e6ebf1;--soft:#a4afbd;--line:#2d3844;--accent:#7db7f5;--critical:#ff86a0;--high:#ff9d6e;--medium:#f0bd58;--medium-bar:#d9a441;--low:#8fc3d1;--info:#a4afbd;--good:#63cf96;--used:#4cba82;--unused:#8692a3;--blocked:#ff7188;--through:#eaa640;--out:#b79cf5;--in:#5fc4e4;--tint:#1f2934';

/** On a phone a table's rows are cards below each other. */
const CARDS =
  '.cards,.cards tbody,.cards tr,.cards td,.cards th{display:block}.cards thead{position:absolute;left:-9999px}.cards tr{padding:8px 0;border-bottom:1px solid var(--line)}.cards td,.cards th{border:0;padding:1px 0;min-width:0;white-space:normal}.cards .n,.cards th{display:inline-block;margin-right:14px;text-align:left}.findings .n{color:var(--soft);font-size:.85rem}.findings td:nth-child(3)::before{content:"times: "}.findings td:nth-child(4)::before{content:"blocked: "}.findings td:nth-child(5){display:block}#all tr[hidden],#all thead,#all td[data-v="-1"]{display:none}#all tr{display:flex;flex-wrap:wrap}#all td{margin-right:14px}#all .name{flex-basis:58%;font-weight:600;font-size:1rem}#all td:nth-child(2){flex-basis:30%}#all .n,#all td:last-child{color:var(--soft);font-size:.85rem}#all td:nth-child(3)::before{content:"findings: "}#all td:nth-child(4)::before{content:"blocked: "}#all td:nth-child(5)::before{content:"notices: "}#all td:nth-child(6)::before{content:"calls: "}#all td:nth-child(7)::before{content:"unused: "}#all td:last-child::before{content:"ready for: "}';
/** And the map's letters could not be read there: its table takes its place, with the line's colour and stroke at the side of each card. */
const NARROW_MAP =
  '.scripted .picture,.scripted .picture+.legend,.scripted .as-table>summary{display:none}.as-table tr{border:0;border-left:4px solid var(--used);padding:3px 0 3px 10px;margin:8px 0}.as-table tr.unused{border-left:3px dashed var(--unused)}.as-table tr.blocked{border-left:7px double var(--blocked)}.as-table tr.let-through{border-left:4px dotted var(--through)}.as-table td:first-child{font-weight:600}.as-table td:last-child{color:var(--soft);font-size:.85rem}';

/** Everything that the page looks like. Colours reach 4.5 : 1 on their ground in both themes; every meaning also has a word or a shape. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header.top,footer{max-width:1120px;margin:0 auto;padding:0 20px}
header.top{padding-top:28px}
h1{font-size:1.6rem;text-wrap:balance;margin:0 0 4px}
h2{font-size:1.25rem;margin:36px 0 12px}
h3{font-size:1rem;margin:22px 0 8px}
p{margin:6px 0}
a{color:var(--accent)}
a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-9999px}
.skip:focus{left:12px;top:12px;background:var(--card);padding:8px 12px;z-index:1}
.soft{color:var(--soft)}
.small{font-size:.875rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(120px,1fr));gap:12px;padding:0;margin:20px 0;list-style:none}
.tiles li{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.tiles b{display:block;font-size:1.5rem;line-height:1.2;font-variant-numeric:tabular-nums}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:4px 20px 18px;margin:18px 0}
section.function{scroll-margin-top:12px}
.many section.function{content-visibility:auto;contain-intrinsic-size:auto 900px}
section.function>h2{margin-top:18px;display:flex;flex-wrap:wrap;gap:10px;align-items:center;overflow-wrap:anywhere}
.card>h2{margin-top:14px}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:0 28px}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:7px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--soft)}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
thead th.n{white-space:normal}
td.what{min-width:250px}
td.name{overflow-wrap:anywhere;min-width:130px}
.arn,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.85em;overflow-wrap:anywhere}
.whole{white-space:nowrap}
code{background:var(--tint);padding:2px 6px;border-radius:5px}
.scroll{overflow-x:auto;background:linear-gradient(90deg,var(--ground) 30%,transparent) 0 0/36px 100% no-repeat local,linear-gradient(270deg,var(--ground) 30%,transparent) 100% 0/36px 100% no-repeat local,linear-gradient(90deg,var(--shade),transparent) 0 0/14px 100% no-repeat scroll,linear-gradient(270deg,var(--shade),transparent) 100% 0/14px 100% no-repeat scroll}
:root{--ground:var(--bg);--shade:rgba(100,116,139,.45)}
.card{--ground:var(--card)}
th button{all:unset;cursor:pointer;color:inherit;font-weight:600}
th button::after{content:"\u00a0↕";opacity:.55}
th[aria-sort=ascending] button::after{content:"\u00a0↑";opacity:1}
th[aria-sort=descending] button::after{content:"\u00a0↓";opacity:1}
.badge{display:inline-block;border:1.5px solid currentColor;border-radius:99px;padding:0 9px;font-size:.8rem;font-weight:600;white-space:nowrap;line-height:1.6}
.critical{color:var(--critical)}.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}.info{color:var(--info)}
.act{color:var(--critical)}.look{color:var(--medium)}.tidy{color:var(--low)}.fine{color:var(--good)}
rect.critical{fill:var(--critical)}rect.high{fill:var(--high)}rect.medium{fill:var(--medium-bar)}rect.low{fill:var(--low)}rect.info{fill:var(--info)}
rect.calls{fill:var(--accent)}rect.out{fill:var(--out)}rect.in{fill:var(--in)}
svg text{fill:var(--ink);font:12px system-ui,sans-serif}
svg .head{fill:var(--soft);font-weight:600}
svg .grid{stroke:var(--line);fill:none;vector-effect:non-scaling-stroke}
.chart{display:grid;grid-template-columns:calc(var(--room) + 10px) 1fr;grid-template-rows:118px 18px;margin:14px 0 6px;font-size:12px;line-height:1;color:var(--soft);font-variant-numeric:tabular-nums}
.chart svg{grid-column:2;width:100%;height:118px;display:block}
.chart .values,.chart .times{position:relative}
.chart .times{grid-column:2}
.chart span{position:absolute;white-space:nowrap}
.chart .values span{right:8px;transform:translateY(50%)}
.chart .times span{top:6px}
.chart .mark::before{content:"";position:absolute;left:0;top:-6px;height:5px;border-left:1.5px solid var(--soft)}
.chart .mark[style*=translate]::before{left:50%}
.map{width:100%;height:auto;display:block}
.link{fill:none;opacity:.75}
.link.used{stroke:var(--used)}.link.unused{stroke:var(--unused);stroke-dasharray:5 4}.link.blocked{stroke:var(--blocked)}.link.let-through{stroke:var(--through);stroke-dasharray:10 3}
.node{fill:none;stroke-width:2.2}
.node.used{fill:var(--used)}.node.unused{stroke:var(--unused)}.node.blocked{stroke:var(--blocked);stroke-width:3}.node.let-through{fill:var(--through)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;padding:0;margin:6px 0 10px;font-size:.85rem;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:6px}
.steps{margin:6px 0;padding-left:22px}
.steps li{margin:6px 0}
.steps code{display:inline-block;margin-top:2px}
.meter{background:var(--tint);border:1px solid var(--line);border-radius:99px;height:14px;overflow:hidden;margin:8px 0;max-width:520px}
.meter span{display:block;height:100%;background:var(--good)}
.filter{display:flex;flex-wrap:wrap;gap:10px;align-items:center;margin:10px 0}
.filter input{font:inherit;padding:7px 11px;border:1px solid var(--soft);border-radius:8px;background:var(--card);color:inherit;min-width:min(100%,280px)}
summary{cursor:pointer;color:var(--accent);margin:6px 0}
footer{padding-top:24px;padding-bottom:40px;color:var(--soft);font-size:.85rem}
ul.plain{padding-left:20px;margin:4px 0}
@media (max-width:640px){.card{padding:2px 14px 14px}main,header.top,footer{padding-left:12px;padding-right:12px}th,td{padding:6px 7px}.chart .times span:nth-child(even){display:none}${CARDS}${NARROW_MAP}}
@media print{:root{color-scheme:light;${LIGHT};--bg:#fff;--ink:#000;--line:#bbb}.filter,.skip,nav{display:none}.card{break-inside:auto}.many section.function{content-visibility:visible}section.function{break-before:page}h2,h3{break-after:avoid}svg,tr{break-inside:avoid}.map{min-width:0!important}.scroll{overflow:visible;background:none}body{font-size:11pt}}
`;
