/**
 * The style sheet of every page: dark text on white, one column, wide content in boxes that scroll. No meaning is in colour
 * alone.
 */
export const PAGE_STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 3rem; max-width: 74rem; background: #fff; color: #1a1a1a;
  font: 16px/1.5 "DejaVu Sans", Verdana, Geneva, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .6rem; padding-bottom: .2rem; border-bottom: 2px solid #1a1a1a; }
h3 { font-size: 1rem; margin: 1.25rem 0 .4rem; }
p { margin: .4rem 0; max-width: 46rem; }
a { color: #0b4a8f; }
.faint { color: #555; font-size: .85rem; }
.notice { display: inline-block; border: 2px dashed #1a1a1a; padding: .1rem .6rem; font-size: .85rem; }
.question { font-size: 1.15rem; margin-top: .75rem; }
.answer { border-left: 6px solid #1a1a1a; padding: .35rem 0 .35rem .9rem; font-weight: bold; }
.verdicts { list-style: none; margin: 0; padding: 0; }
.verdicts > li { display: grid; grid-template-columns: 9.5rem 1fr; gap: .2rem 1rem; padding: .6rem 0; border-bottom: 1px solid #ccc; }
.verdicts p { margin: 0; }
.mark { justify-self: start; align-self: start; padding: .05rem .5rem; border: 2px solid #1a1a1a; font-size: .85rem; font-weight: bold; white-space: nowrap; }
.mark.refuted { background: #1a1a1a; color: #fff; }
.mark.inconclusive { border-style: dashed; }
.scroll { overflow-x: auto; max-width: 100%; }
.scroll:focus-visible { outline: 2px solid #0b4a8f; }
figure { margin: .5rem 0; }
figcaption { font-size: .85rem; color: #555; margin-top: .3rem; }
svg { display: block; height: auto; }
.timeline svg { width: 100%; min-width: 56rem; }
.wide { position: relative; min-width: 56rem; }
/* A box that snaps for a moment after it is loaded opens where the mark is; then it scrolls freely. */
.timeline .scroll { animation: open .1s; }
@keyframes open { from, to { scroll-snap-type: x mandatory; } }
.opening { position: absolute; top: 0; width: 1px; height: 1px; scroll-snap-align: start; scroll-margin-left: 1rem; }
.small svg { width: 45rem; max-width: 100%; min-width: 32rem; }
table { border-collapse: collapse; font-size: .88rem; margin: .4rem 0; overflow-wrap: normal; }
caption { text-align: left; font-size: .85rem; color: #555; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .28rem .8rem .28rem 0; border-bottom: 1px solid #ccc; }
thead th { border-bottom: 2px solid #1a1a1a; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
th[scope=row] { min-width: 7rem; }
td.text { min-width: 14rem; overflow-wrap: break-word; }
td.names { min-width: 11rem; max-width: 24rem; overflow-wrap: break-word; }
:target { background: #fff3c4; outline: 2px solid #1a1a1a; }
pre { margin: .4rem 0; padding: .7rem .9rem; border: 1px solid #bbb; overflow-x: auto; overflow-wrap: normal;
  font: .8rem/1.4 "DejaVu Sans Mono", Menlo, Consolas, monospace; }
ul { margin: .2rem 0 .4rem; padding-left: 1.2rem; font-size: .92rem; }
summary { cursor: pointer; padding: .3rem 0; }
table.index p { margin: 0 0 .4rem; }
img { max-width: none; height: auto; border: 1px solid #ccc; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: .4rem 0; font-size: .92rem; }
dt { font-weight: bold; }
dd { margin: 0; }
@media (max-width: 40rem) {
  body { padding: 1rem .9rem 2rem; }
  h1 { font-size: 1.3rem; }
  .verdicts > li { grid-template-columns: 1fr; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
@media print {
  @page { margin: 14mm; }
  body { font-size: 10pt; max-width: none; padding: 0; }
  a { color: inherit; text-decoration: none; }
  h2, h3 { break-after: avoid; }
  .verdicts > li, figure, tr, dl { break-inside: avoid; }
  .scroll, pre { overflow: visible; }
  .wide, .timeline svg, .small svg { min-width: 0; max-width: 100%; }
  pre { white-space: pre-wrap; font-size: 7.5pt; }
  table { font-size: 8.5pt; }
  th, td.text, td.names { min-width: 0; }
  thead th, td.number, th.number { white-space: normal; }
}
`;
